"""Text read row by row: the same rows as when it is read whole, also where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.formats import read_sheets, text_rows
from registry.intake.formats.text_rows import TextRows
from registry.intake.problems import InputError

TEXT = "序号,事项名称,市级实施单位\n" + "1,企业投资项目核准,市发展改革委\n" * 50


def _rows(path: Path) -> list[list[str]]:
    return [row for batch in TextRows(path).batches(7) for row in batch]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_sound_texts(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    rows = _rows(path)
    rows[0][0] = rows[0][0].removeprefix("\ufeff")
    assert rows == read_sheets(path)[0].rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_damaged_characters_and_nuls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, size: int
) -> None:
    monkeypatch.setattr(text_rows, "_BLOCK", size)
    path = tmp_path / "a.csv"
    data = TEXT.encode(encoding)
    name = "企业".encode("gb18030" if encoding == "gb18030" else "utf-8")
    start = data.index(name, len(data) // 2)
    changed = data[:start] + b"\xff" + data[start + 1 :]
    path.write_bytes(changed.replace(b"\n", b"\0\n", 1))
    rows = _rows(path)
    assert rows[0][2] == "市级实施单位\0"
    assert sum("\ufffd" in row[1] for row in rows) == 1
    assert len(rows) == 51


def test_long_texts_are_told_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_rows, "MAX_BYTES", 10)
    path = tmp_path / "a.csv"
    sound = TEXT.encode()
    path.write_bytes(sound[:-4] + sound[-3:])
    assert _rows(path)[-1][:2] == ["1", "企业投资项目核准"]
    path.write_bytes(TEXT.encode("gb18030"))
    assert _rows(path)[1] == ["1", "企业投资项目核准", "市发展改革委"]
    path.write_bytes(TEXT.encode("gb18030")[:-2] + b"\n")
    with pytest.raises(InputError, match="encoding"):
        TextRows(path)


@pytest.mark.parametrize("data", [b"a,b\n\0\0x\n", b"\1\0\2\0\3\0\0\0" * 9])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(InputError):
        TextRows(path).head(1)
