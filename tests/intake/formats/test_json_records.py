"""Records in JSON: where they are found, how values become text, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from registry.intake.formats import read_sheets, read_source
from registry.intake.grid import Sheet
from registry.intake.problems import InputError


def _read(tmp_path: Path, content: Any, encoding: str = "utf-8") -> Sheet:
    path = tmp_path / "a.json"
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding=encoding)
    (sheet,) = read_sheets(path)
    return sheet


def test_values(tmp_path: Path) -> None:
    record = {
        "文": "甲",
        "数": 3.0,
        "大": 12345678901234567890,
        "真": True,
        "无": None,
        "列": ["甲", 2, None, 1.5],
        "物": {"a": [1]},
    }
    sheet = _read(tmp_path, [record, {"新": "乙"}])
    assert sheet.rows == [
        [*record, "新"],
        ["甲", "3", "12345678901234567890", "TRUE", "", "甲；2；1.5", '{"a": [1]}', ""],
        ["", "", "", "", "", "", "", "乙"],
    ]
    assert (sheet.number(0), sheet.number(2)) == (1, 3)


def test_where_the_records_are(tmp_path: Path) -> None:
    assert _read(tmp_path, {"code": 0, "rows": [{"a": 1}]}).rows == [["a"], ["1"]]
    assert _read(tmp_path, {"x": [{"a": 1}], "data": {"list": [{"b": 1}, {"b": 2}]}}).name == "list"
    assert _read(tmp_path, [["a", "b"], [1, 2]]).rows == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert _read(tmp_path, [{"事项": "排污许可"}], encoding).rows[1] == ["排污许可"]
    assert read_source(tmp_path / "a.json")[0].encoding in ("utf-8", "utf-16-le", "gb18030")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[{"a": 1,\n "a": 2}]', "“a” twice"),
        ('[{"a": NaN}]', "NaN"),
        ('[{"a": 1},\n{"b" 2}]', "line 2"),
        ("[1, 2]", "no array of records"),
        ('{"a": 1}', "no array of records"),
        ('[{"a": 1}, 2]', "record 2"),
        ("[" * 100_000, "nested"),
        ('{"a":' * 100_000, "nested"),
        ('[{"a": ' + "9" * 5000 + "}]", "damaged"),
        ("nonsense", "not valid JSON"),
        ('[{"a": ""}]', ""),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, what: str) -> None:
    if what:
        with pytest.raises(InputError, match=what):
            _read(tmp_path, text)
    else:
        assert _read(tmp_path, text).rows == [["a"], [""]]


def test_too_many_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="columns"):
        _read(tmp_path, [{f"f{n}": n for n in range(1001)}])
