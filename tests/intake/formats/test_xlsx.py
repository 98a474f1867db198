"""Workbooks: every type of cell, where each stands, and how far a sheet may reach."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from registry.intake.formats import errors, read_sheets, read_source
from registry.intake.grid import Sheet, Span
from registry.intake.problems import InputError
from tests.intake.formats.make_files import MAIN, Unseen, worksheet, write_xlsx, write_xlsx_xml


def _refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    return str(caught.value.problems[0])


def test_cells_become_text_as_people_see_it(tmp_path: Path) -> None:
    path = tmp_path / "types.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("甲")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["文本", 3.0, 0.1 + 0.2, True, 12345678901234567])
    sheet.write(1, 0, dt.datetime(2021, 5, 27), day)
    sheet.write(1, 1, dt.datetime(2021, 5, 27, 8, 30), minute)
    sheet.write(1, 2, dt.time(8, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write(1, 3, 1.5, book.add_format({"num_format": "[h]:mm"}))
    sheet.write_formula(2, 0, "=1+1", None, 2)
    sheet.write_formula(2, 1, '="甲"', None, "甲")
    sheet.write_formula(2, 2, "=A99", None, "#REF!")
    sheet.write_string(3, 0, "两\n行")
    sheet.write_string(3, 1, " 空 格 ")
    sheet.write_comment(3, 1, "批注不是内容")
    book.close()
    assert read_sheets(path)[0].rows == [
        ["文本", "3", "0.3", "TRUE", "12345678901234600"],
        ["2021-05-27", "2021-05-27 08:30:00", "08:30:00", "36:00:00", ""],
        ["2", "甲", "#REF!", "", ""],
        ["两\n行", " 空 格 ", "", "", ""],
    ]


def test_cells_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(2, 1, "B3")
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    assert read_sheets(path)[0].rows == [["", ""], ["", ""], ["", "B3"]]


def test_sheets_that_are_hidden_empty_or_charts(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("空")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=隐!$A$1"})
    book.add_chartsheet("图").set_chart(chart)
    hidden = book.add_worksheet("隐")
    hidden.write(0, 0, "1")
    hidden.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    hidden.hide()
    deep = book.add_worksheet("深")
    deep.very_hidden()
    book.close()
    source, sheets = read_source(path)
    assert (source.kind, source.encoding) == ("xlsx", None)
    assert [(sheet.name, sheet.rows, sheet.hidden) for sheet in sheets] == [
        ("空", [], False),
        ("隐", [["1"], ["#DIV/0!"]], True),
        ("深", [], True),
    ]


def test_a_workbook_without_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_xlsx(path, [[""]])
    assert "holds no text" in _refused(path)


def test_a_title_merged_across_all_columns_is_cut_to_the_table(tmp_path: Path) -> None:
    path = tmp_path / "title.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 16_383, "目录")
    sheet.write_row(1, 0, ["序号", "事项"])
    book.close()
    (found,) = read_sheets(path)
    assert found.rows == [["目录", "目录"], ["序号", "事项"]]
    assert found.spans == [Span(0, 0, 0, 1)]


def test_merged_cells_that_overlap_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "overlap.xlsx"
    rows = "".join(f'<row r="{n}"><c r="Z{n}"><v>1</v></c></row>' for n in range(1, 1001))
    merged = '<mergeCell ref="A1:Z1000"/>' * 1000
    write_xlsx_xml(path, f"{rows}</sheetData><mergeCells>{merged}</mergeCells><sheetData>")
    assert "overlap" in _refused(path)


@pytest.mark.parametrize(
    "data",
    [
        '<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="CV1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9" ><c  r="ALM9"><v>1</v></c></row>',
        '<row><c><v>1</v></c></row><row r="99999"><c r="XZ1000000"><v>1</v></c></row>',
        '<x:row><x:c r="xfd9"><x:v>1</x:v></x:c></x:row>',
        "<row r='1'><c s='1' r='XFD1'><v>1</v></c></row>",
        "<row>" + "<c/>" * 1001 + "<c><v>1</v></c></row>",
        "<row>"
        + "<c/>" * 999
        + "<c><v>1</v></c></row>"
        + "<row/>" * 20_001
        + "<row><c><v>1</v></c></row>",
        '<row r="3000000"><c r="A3000000"><v>1</v></c></row>',
    ],
)
def test_cells_far_apart_are_refused(tmp_path: Path, data: str) -> None:
    path = tmp_path / "far.xlsx"
    write_xlsx_xml(path, data)
    assert "columns" in _refused(path) or "prefix" in _refused(path)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("<row><c><v>1</v></c></row><row/><row><c/><c><v>3</v></c></row>",
         [["1", ""], ["", ""], ["", "3"]]),
        ('<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
         [["1"], ["2"]]),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/><c r="XFD1048576"/></row>',
         [["1"]]),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>x:c r="XFD1048576"</t></is></c></row>',
         [['x:c r="XFD1048576"']]),
    ],
)  # fmt: skip
def test_unusual_but_sound_sheets_are_read(
    tmp_path: Path, data: str, rows: list[list[str]]
) -> None:
    path = tmp_path / "sound.xlsx"
    write_xlsx_xml(path, data)
    assert read_sheets(path)[0].rows == rows


def test_a_sheet_may_be_wide_or_long(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    write_xlsx(path, [[f"c{n}" for n in range(1000)], ["x"]])
    assert [len(row) for row in read_sheets(path)[0].rows] == [1000, 1000]
    write_xlsx_xml(path, '<row r="150000"><c r="B150000"><v>7</v></c></row>')
    (sheet,) = read_sheets(path)
    assert (len(sheet.rows), sheet.rows[-1]) == (150_000, ["", "7"])


def test_all_sheets_share_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MAX_CELLS", 10)
    path = tmp_path / "many.xlsx"
    write_xlsx_xml(path, *['<row r="2"><c r="B2"><v>1</v></c></row>'] * 3)
    assert "together" in _refused(path)


def test_a_long_text_that_every_cell_shares_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shared.xlsx"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 101))
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 1000}</t></si></sst>'
    write_xlsx_xml(path, cells, **{"xl__sharedStrings.xml": strings})
    assert len(read_sheets(path)[0].rows) == 100
    monkeypatch.setattr(errors, "MAX_TEXT", 150_000)
    assert len(read_sheets(path)[0].rows) == 100
    monkeypatch.setattr(errors, "MAX_TEXT", 50_000)
    assert "too much text" in _refused(path)


def test_a_part_that_is_many_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "again.xlsx"
    write_xlsx_xml(path, *['<row r="1"><c r="A1"><v>1</v></c></row>'] * 2)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content.replace(b'"worksheets/sheet2', b'"worksheets/./sheet1'))
    assert "list of sheets" in _refused(path)


def _sheet(path: Path, data: str, **parts: str) -> Sheet:
    write_xlsx_xml(path, data, **parts)
    return read_sheets(path)[0]


def _styles(fonts: str = "<font/>", formats: str = "", xfs: str = "<xf/>") -> dict[str, str]:
    return {
        "xl__styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f"<fonts>{fonts}</fonts><dxfs><dxf><font><strike/></font></dxf></dxfs>"
        f'<cellStyleXfs><xf fontId="1"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>'
    }


def test_formulas_without_a_value_are_told_from_those_with_an_empty_one(tmp_path: Path) -> None:
    sheet = _sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f></c><c r="C1"><f>A1</f><v/></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><f t="shared" si="0"/><v>5</v></c></row>'
        '<row r="3"><c r="B3" t="str"><f t="shared" si="0"/></c></row>',
    )
    assert sheet.flaws == {(0, 1): "formula", (0, 2): "formula", (2, 1): "formula"}
    assert [row[:2] for row in sheet.rows] == [["1", ""], [], ["", ""]]


def test_a_sheet_of_nothing_but_formulas_is_not_taken_for_empty(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "a.xlsx", '<row r="2"><c r="A2"><f>B1</f></c></row>')
    assert (sheet.rows, sheet.flaws) == ([[], [""]], {(1, 0): "formula"})


@pytest.mark.parametrize("size", [0, 1 << 17, 1 << 20])
def test_formulas_are_found_wherever_a_block_ends(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.xlsx"
    cell = '<c r="A1" t="inlineStr"><is><t>{}</t></is></c>'
    length = len(worksheet(f'<row r="1">{cell.format("")}')) - len("</sheetData></worksheet>")
    for before in range(0, 60, 3):
        text = "x" * max(size - length - before, 1)
        write_xlsx_xml(path, f'<row r="1">{cell.format(text)}<c r="B1"><f>1+1</f></c></row>')
        assert read_sheets(path)[0].flaws == {(0, 1): "formula"}
        write_xlsx_xml(path, f'<row r="1">{cell.format(text)}<c r="B1"><f>1</f><v>7</v></c></row>')
        assert read_sheets(path)[0].flaws == {}


@pytest.mark.parametrize(
    ("number", "lost"),
    [
        *(("999999999999999", False), ("1000000000000000", True), ("1.13715E+30", True)),
        *(("-3.7E+17", True), ("1.1000000000000001", False), ("0.1234567890123456", False)),
    ],
)
def test_numbers_that_lost_digits(tmp_path: Path, number: str, lost: bool) -> None:
    sheet = _sheet(tmp_path / "a.xlsx", f'<row r="1"><c r="A1"><v>{number}</v></c></row>')
    assert sheet.flaws == ({(0, 0): "digits"} if lost else {})


@pytest.mark.parametrize(
    "row",
    [
        *('hidden="1"', 'hidden="true"', "hidden='1'", 'ht="0" customHeight="1"', 'ht="0.0"'),
        'customHeight="1" hidden = "1"',
    ],
)
def test_rows_that_are_hidden_in_any_way(tmp_path: Path, row: str) -> None:
    shown = '<row r="1" hidden="0" ht="0.75"><c r="A1"><v>1</v></c></row>'
    sheet = _sheet(
        tmp_path / "a.xlsx",
        f'{shown}<row r="2" {row}><c r="A2"><v>2</v></c></row><row hidden="1"/>',
    )
    assert (sheet.rows, sheet.hidden_rows) == ([["1"], ["2"]], {1})


def test_columns_that_are_hidden_in_any_way(tmp_path: Path) -> None:
    columns = (
        '<col min="1" max="1" hidden="false" width="9"/><col min="2" max="3" hidden="1"/>'
        '<col min="4" max="4" width="0"/><col min="6" max="16384" hidden="1"/>'
    )
    cells = "".join(f'<c r="{letter}1"><v>1</v></c>' for letter in "ABCDE")
    row = f'<row r="1">{cells}</row>'
    sheet = _sheet(tmp_path / "a.xlsx", row, before=f"<cols>{columns}</cols>")
    assert sheet.hidden_columns == {1, 2, 3}


def test_struck_fonts_and_runs(tmp_path: Path) -> None:
    struck, plain = "<rPr><strike/></rPr>", '<rPr><strike val="0"/></rPr>'
    runs = f"<r>{plain}<t>甲</t></r><r>{struck}<t>乙</t></r><r><t> 丙 </t></r><rPh><t>音</t></rPh>"
    cells = "".join(
        f'<c r="{place}" t="{kind}"{style}>{value}</c>'
        for place, kind, style, value in (
            ("A1", "s", "", "<v>0</v>"),
            ("B1", "inlineStr", "", f"<is>{runs}</is>"),
            ("C1", "s", ' s="1"', "<v>0</v>"),
            ("D1", "s", ' s="1"', "<v>1</v>"),
            ("E1", "n", ' s="1"', "<v>12</v>"),
            ("F1", "s", "", "<v>1</v>"),
            ("G1", "s", ' s="2"', "<v>1</v>"),
        )
    )
    strings = f'<sst xmlns="{MAIN}"><si>{runs}</si><si><t>全</t></si></sst>'
    fonts = '<font/><font><strike/></font><font><strike val="0"/></font>'
    xfs = '<xf fontId="0"/><xf fontId="1"/><xf fontId="2"/>'
    sheet = _sheet(
        tmp_path / "a.xlsx",
        f'<row r="1">{cells}</row>',
        **_styles(fonts, xfs=xfs),
        **{"xl__sharedStrings.xml": strings},
    )
    assert sheet.rows == [["甲丙", "甲丙", "甲", "", "", "全", "全"]]
    assert sheet.concealed == {
        **dict.fromkeys([(0, 0), (0, 1), (0, 2)], "甲乙丙"),
        (0, 3): "全",
        (0, 4): "12",
    }


def test_formats_of_zeros(tmp_path: Path) -> None:
    formats = (
        '<numFmt numFmtId="164" formatCode="0000000000"/><numFmt numFmtId="165" formatCode="0.00"/>'
    )
    xfs = '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="49"/>'
    cells = (
        '<c r="A1" s="1"><v>123456</v></c><c r="B1" s="1"><v>1.5</v></c>'
        '<c r="C1" s="2"><v>3</v></c><c r="D1" s="1" t="inlineStr"><is><t>12</t></is></c>'
        '<c r="E1" s="1"><f>1</f><v>7</v></c><c r="F1" s="3"><v>8</v></c>'
        '<c r="G1" s="1"><v>1234567890123456</v></c>'
    )
    sheet = _sheet(
        tmp_path / "a.xlsx", f'<row r="1">{cells}</row>', **_styles(formats=formats, xfs=xfs)
    )
    assert sheet.rows == [["0000123456", "1.5", "3", "12", "0000000007", "8", "1234567890123460"]]
    assert sheet.flaws == {(0, 6): "digits"}


def test_a_merged_cell_gives_its_zeros_and_its_struck_text_to_all(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 1, 0, 12, book.add_format({"num_format": "0000"}))
    sheet.merge_range(0, 1, 1, 1, "删", book.add_format({"font_strikeout": True}))
    sheet.write(2, 0, "完")
    book.close()
    (found,) = read_sheets(path)
    assert found.rows == [["0012", ""], ["0012", ""], ["完", ""]]
    found.reveal()
    assert found.rows == [["0012", "删"], ["0012", "删"], ["完", ""]]


@pytest.mark.parametrize("change", [lambda n: n.replace("/", "\\"), "/{}".format, "./{}".format])
def test_parts_whose_names_are_odd(tmp_path: Path, change: Callable[[str], str]) -> None:
    sound, odd = tmp_path / "sound.xlsx", tmp_path / "odd.xlsx"
    write_xlsx(sound, [["甲", "乙"]], unseen=Unseen(rows=frozenset((0,))))
    with zipfile.ZipFile(sound) as file, zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as other:
        for name in file.namelist():
            other.writestr(change(name), file.read(name))
    assert read_sheets(odd) == read_sheets(sound)
    with zipfile.ZipFile(odd, "a") as other:
        other.writestr("xl/workbook.xml", "<other/>")
    assert "one name" in _refused(odd)


def test_other_parts_may_say_hidden(tmp_path: Path) -> None:
    odd = {"customXml__item1.xml": '<a hidden="1">&nbsp;<strike', "xl__theme.xml": 'ht="0"'}
    sheet = _sheet(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>', **odd)
    assert sheet.rows == [["1"]]
