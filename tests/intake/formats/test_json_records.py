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


def test_numbers_that_lost_digits(tmp_path: Path) -> None:
    text = (
        '[{"码": 1137150001234560001234567890123, "名": "甲"},'
        '{"码": 1137150001234560001234567890123.0, "新": 1.13715E+30},'
        '{"名": [1, -1e15], "新": {"a": [3.7E+17]}, "码": 999999999999999.0},'
        '{"码": 1e999}]'
    )
    sheet = _read(tmp_path, text)
    assert sheet.rows[1][0] == "1137150001234560001234567890123"
    assert sheet.rows[3][0] == "999999999999999"
    assert sheet.flaws == dict.fromkeys([(2, 0), (2, 2), (3, 1), (3, 2), (4, 0)], "digits")
    assert _read(tmp_path, '[["码"], [1e15], [15]]').flaws == {(1, 0): "digits"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (r'[{"a": "好", "b": "x\ud83d"}]', r"record 1, field “b”: .*\\ud83d"),
        (r'[{"a": "好"}, {"a": {"c": "\uDE00"}}]', r"record 2, field “a”: .*\\ude00"),
        (r'[["a"], ["\udfff甲"]]', r"record 2, field “1”"),
        (r'[{"x\ud83d": "好"}]', r"name of the field “x\\ud83d”"),
        (r'[{"x\ud83d": 1, "x\ud83d": 2}]', r"the field “x\\ud83d” twice"),
    ],
)
def test_half_of_a_character_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        _read(tmp_path, text)


def test_whole_characters_in_halves_are_read(tmp_path: Path) -> None:
    text = r'{"x\ud83d": [{"a": "\ud83d\ude00 \\ud83d"}]}'
    sheet = _read(tmp_path, text)
    assert (sheet.rows, sheet.name) == ([["a"], ["😀 \\ud83d"]], "x\\ud83d")
