"""Old workbooks, and the container that they come in."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pytest
import xlwt

from registry.intake.formats import errors, read_sheets, xls
from registry.intake.formats.ole import Container
from registry.intake.problems import InputError
from tests.intake.formats.make_files import write_xls


def test_cells_become_text(tmp_path: Path) -> None:
    path = tmp_path / "types.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write(1, 1, 3)
    sheet.write(1, 2, 2.5)
    sheet.write(1, 3, True)
    sheet.write(2, 1, dt.date(2021, 5, 27), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.row(2).set_cell_error(2, "#REF!")
    other = book.add_sheet("乙")
    other.visibility = 1
    other.row(0).set_cell_error(0, "#N/A!")  # as xlwt spells it
    book.save(str(path))
    first, second = read_sheets(path)
    assert first.rows == [
        ["", "", "", ""],
        ["", "3", "2.5", "TRUE"],
        ["", "2021-05-27", "#REF!", ""],
    ]
    assert (second.name, second.rows, second.hidden) == ("乙", [["#N/A"]], True)


@pytest.mark.parametrize("rows", [1, 3000])
def test_the_container_gives_small_and_large_streams(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "list.xls"
    write_xls(path, [[f"第{n}项", "x" * 50] for n in range(rows)])
    container = Container(path)
    assert container.read("Workbook")[:2] == b"\x09\x08"
    assert len(read_sheets(path)[0].rows) == rows


def test_wps_names_the_same_thing_et(tmp_path: Path) -> None:
    path = tmp_path / "list.et"
    write_xls(path, [["甲", "乙"]])
    assert read_sheets(path)[0].rows == [["甲", "乙"]]


def _changed(path: Path, record: int, offset: int, value: bytes) -> None:
    """Change the first record of this kind."""
    data = bytearray(path.read_bytes())
    at = 512
    while struct.unpack_from("<H", data, at)[0] != record:
        at += 4 + struct.unpack_from("<H", data, at + 2)[0]
    data[at + 4 + offset : at + 4 + offset + len(value)] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("record", "offset", "value"),
    [
        (0x00FD, 2, b"\xff\xff"),  # a cell in column 65,535
        (0x00FC, 4, b"\xff\xff\xff\x7f"),  # two thousand million texts
        (0x0200, 4, b"\xff\xff\xff\xff"),  # as many rows
        (0x0085, 0, b"\x07\0\0\0"),  # a sheet that begins where none does
        (0x0200, 0, b"\xff\xff\xff\xff\x01\0\0\0"),  # from the last row to the first
    ],
)
def test_counts_that_lie_are_refused(
    tmp_path: Path, record: int, offset: int, value: bytes
) -> None:
    path = tmp_path / "list.xls"
    write_xls(path, [["甲", "乙"]] * 400)
    _changed(path, record, offset, value)
    with pytest.raises(InputError, match="damaged"):
        read_sheets(path)


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    write_xls(path, [["甲", "乙"]] * 400)
    data = bytearray(path.read_bytes())
    # The first record after BOF becomes FILEPASS.
    at = 512 + 4 + struct.unpack_from("<H", data, 514)[0]
    data[at : at + 2] = b"\x2f\0"
    path.write_bytes(data)
    with pytest.raises(InputError, match="password"):
        read_sheets(path)


def test_lengths_of_shared_texts_over_several_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.xls"
    texts = ["甲" * 9000, "a" * 20000, "乙丙" * 3000, "b"]
    write_xls(path, [[text] for text in texts] * 3)
    found = xls._examine(path, Container(path).read("Workbook"))
    assert sorted(xls._lengths(found.texts)) == sorted(map(len, texts))
    assert [row[0] for row in read_sheets(path)[0].rows] == texts * 3
    monkeypatch.setattr(errors, "MAX_TEXT", 3 * sum(map(len, texts)))
    assert read_sheets(path)
    monkeypatch.setattr(errors, "MAX_TEXT", 3 * sum(map(len, texts)) - 1)
    with pytest.raises(InputError, match="too much text"):
        read_sheets(path)
