"""Old workbooks, and the container that they come in."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pytest
import xlwt

from registry.intake.formats import errors, read_sheets, xls, xls_styles
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


def test_formats_fonts_rows_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    zeros = xlwt.easyxf(num_format_str="0000000000")
    strike = xlwt.easyxf("font: struck_out on")
    sheet.write(0, 0, 123456, zeros)
    sheet.write(0, 1, 7.5, zeros)
    sheet.write(0, 2, "12", zeros)
    sheet.write(0, 3, 1.13715e30)
    sheet.write(0, 4, 15, strike)
    plain = xlwt.easyxf("").font
    sheet.write_rich_text(1, 0, [("𠮷甲", plain), ("乙", strike.font), ("丙", plain)])
    sheet.write_rich_text(1, 1, ["前", ("后", plain)], strike)
    sheet.row(2).height_mismatch, sheet.row(2).height = True, 0
    sheet.write(2, 0, "平")
    sheet.col(2).width = 0
    sheet.col(9).hidden = True
    other = book.add_sheet("乙")
    other.write(0, 0, "无")
    book.save(str(path))
    found, second = read_sheets(path)
    assert [row[:2] for row in found.rows] == [["0000123456", "7.5"], ["𠮷甲丙", "后"], ["平", ""]]
    assert found.rows[0][2:] == ["12", "1137150000000000000000000000000", ""]
    assert found.flaws == {(0, 3): "digits"}
    assert found.concealed == {(0, 4): "15", (1, 0): "𠮷甲乙丙", (1, 1): "前后"}
    assert (found.hidden_rows, found.hidden_columns) == ({2}, {2})
    assert (second.rows, second.concealed, second.hidden_rows) == ([["无"]], {}, set())


def test_many_numbers_in_one_record(tmp_path: Path) -> None:
    """What xlwt writes for whole numbers side by side."""
    path = tmp_path / "list.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    zeros = xlwt.easyxf(num_format_str="000-000")
    for column, (number, style) in enumerate([(1, zeros), (2, xlwt.easyxf()), (123456, zeros)]):
        sheet.write(0, column + 1, number, style)
    book.save(str(path))
    assert b"\xbd\x00" in Container(path).read("Workbook")
    assert read_sheets(path)[0].rows == [["", "000-001", "2", "123-456"]]


def test_runs_of_texts_over_several_blocks(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    strike = xlwt.easyxf("font: struck_out on").font
    for row in range(40):
        sheet.write_rich_text(row, 0, ["留" * (300 + row), ("删", strike), f"尾{row}"])
    book.save(str(path))
    (found,) = read_sheets(path)
    assert found.rows == [[f"{'留' * (300 + row)}尾{row}"] for row in range(40)]
    assert len(found.concealed) == 40


@pytest.mark.parametrize("wide", [True, False])
def test_texts_of_formats_in_either_version(wide: bool) -> None:
    fonts = xls_styles.Fonts(wide=wide)
    text = struct.pack("<HHB", 164, 3, 0) if wide else struct.pack("<HB", 164, 3)
    assert fonts.take(0x041E, text + b"000")
    assert fonts.take(0x00E0, struct.pack("<HH", 0, 164))
    assert not fonts.take(0x0203, bytes(14))
    assert fonts.styles().patterns[0].text("7") == "007"


def test_the_font_that_is_not_there_counts() -> None:
    fonts = xls_styles.Fonts()
    for flags in (0, 0, 0, 0, 8, 0):
        fonts.take(0x0031, struct.pack("<HH", 200, flags))
    assert [fonts.struck(number) for number in range(8)] == [False] * 5 + [True, False, False]
