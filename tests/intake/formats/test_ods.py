"""OpenDocument spreadsheets: repeats, types, what is text and what is not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from registry.intake.formats import errors, read_sheets
from registry.intake.grid import Sheet
from registry.intake.problems import InputError
from tests.intake.formats.make_files import write_ods_xml

DATA_STYLE = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"


def _cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def _read(path: Path, rows: str) -> list[list[str]]:
    write_ods_xml(path, f'<table:table table:name="甲">{rows}</table:table>')
    return read_sheets(path)[0].rows


def test_repeats_are_written_out_and_the_empty_end_is_not(tmp_path: Path) -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-header-rows><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        + _cell("甲", 'table:number-columns-repeated="2"')
        + '<table:table-cell table:number-columns-repeated="16380"/>'
        "</table:table-row></table:table-header-rows>"
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    row = ["", "", "甲", "甲"]
    assert _read(tmp_path / "a.ods", rows) == [[], [], row, row]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (_cell("3.00", 'office:value-type="float" office:value="3"'), "3"),
        (_cell("50%", 'office:value-type="percentage" office:value="0.5"'), "0.5"),
        (_cell("真", 'office:value-type="boolean" office:boolean-value="true"'), "TRUE"),
        (_cell("5月", 'office:value-type="date" office:date-value="2021-05-27"'), "2021-05-27"),
        (
            _cell("x", 'office:value-type="date" office:date-value="2021-05-27T08:30:00"'),
            "2021-05-27 08:30:00",
        ),
        (
            _cell("x", 'office:value-type="date" office:date-value="2021-05-27T00:00:00"'),
            "2021-05-27",
        ),
        (_cell("x", 'office:value-type="time" office:time-value="PT08H30M00S"'), "08:30:00"),
        (_cell("甲</text:p><text:p>乙<text:line-break/>丙<text:tab/>丁"), "甲\n乙\n丙\t丁"),
        (_cell('甲<text:s text:c="2"/><text:span>乙</text:span>丙'), "甲  乙丙"),
        (
            "<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation>"
            "<text:p>正文</text:p></table:table-cell>",
            "正文",
        ),
        (_cell("#REF!", 'office:value-type="string"'), "#REF!"),
    ],
)
def test_values(tmp_path: Path, cell: str, text: str) -> None:
    assert _read(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>") == [[text]]


def test_hidden_and_empty_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    write_ods_xml(
        path,
        '<table:table table:name="空"/><table:table table:name="隐" table:style-name="h">'
        f"<table:table-row>{_cell('1')}</table:table-row></table:table>",
        '<style:style style:name="h" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>',
    )
    assert [(s.name, s.rows, s.hidden) for s in read_sheets(path)] == [
        ("空", [], False),
        ("隐", [["1"]], True),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="1000000">'
        + _cell("甲", 'table:number-columns-repeated="1000"')
        + "</table:table-row>",
        '<table:table-row><table:table-cell table:number-columns-repeated="999999999"/>'
        + _cell("甲")
        + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="999999999"><table:table-cell/>'
        "</table:table-row><table:table-row>" + _cell("甲") + "</table:table-row>",
    ],
)
def test_repeats_without_end_are_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(InputError, match=r"columns|cells"):
        _read(tmp_path / "a.ods", rows)


def test_a_span_beyond_the_table_is_cut(tmp_path: Path) -> None:
    rows = (
        "<table:table-row>"
        + _cell("甲", 'table:number-columns-spanned="2" table:number-rows-spanned="1000000"')
        + f"</table:table-row><table:table-row><table:covered-table-cell/>"
        f"<table:covered-table-cell/>{_cell('乙')}</table:table-row>"
    )
    assert _read(tmp_path / "a.ods", rows) == [["甲", "甲"], ["甲", "甲", "乙"]]


def test_an_encrypted_file_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    write_ods_xml(path, "")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(InputError, match="password"):
        read_sheets(path)


def test_all_sheets_share_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MAX_CELLS", 10)
    with pytest.raises(InputError, match="together"):
        _read(tmp_path / "a.ods", f"<table:table-row>{_cell('甲') * 3}</table:table-row>" * 3)


def test_merged_cells_that_overlap_without_end_are_refused(tmp_path: Path) -> None:
    spanned = 'table:number-columns-spanned="1000" table:number-rows-spanned="1000"'
    row = f"<table:table-row>{_cell('甲', spanned) * 100}</table:table-row>"
    with pytest.raises(InputError, match="overlap"):
        _read(tmp_path / "a.ods", row * 100)


STYLES = (
    '<style:style style:name="cut" style:family="{f}">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="child" style:family="{f}" style:parent-style-name="cut"/>'
    '<style:style style:name="gone" style:family="{f}"><style:text-properties text:display="none"/>'
    '</style:style><style:style style:name="whole" style:family="{f}" '
    'style:parent-style-name="cut"><style:text-properties style:text-line-through-style="none"/>'
    "</style:style>"
)
ALL_STYLES = "".join(STYLES.format(f=family) for family in ("table-cell", "paragraph", "text"))


def _sheet(path: Path, rows: str, styles: str = ALL_STYLES) -> Sheet:
    write_ods_xml(path, f'<table:table table:name="甲">{rows}</table:table>', styles)
    return read_sheets(path)[0]


@pytest.mark.parametrize(
    ("cell", "shown", "whole"),
    [
        (_cell("甲", 'table:style-name="cut"'), "", "甲"),
        (_cell("甲", 'table:style-name="child"'), "", "甲"),
        (_cell("甲", 'table:style-name="gone"'), "", "甲"),
        (_cell("甲", 'table:style-name="whole"'), "甲", None),
        (_cell('甲<text:span text:style-name="cut">乙</text:span>丙'), "甲丙", "甲乙丙"),
        (_cell('甲<text:span text:style-name="gone">乙<text:s/></text:span>'), "甲", "甲乙 "),
        (
            _cell('甲<text:span text:style-name="whole">乙</text:span>', 'table:style-name="cut"'),
            "乙",
            "甲乙",
        ),
        (_cell('甲</text:p><text:p text:style-name="cut">乙'), "甲", "甲\n乙"),
        (
            _cell("5", 'table:style-name="cut" office:value-type="float" office:value="5"'),
            "",
            "5",
        ),
    ],
)
def test_text_that_is_struck_or_hidden(
    tmp_path: Path, cell: str, shown: str, whole: str | None
) -> None:
    row = f"<table:table-row>{_cell('首')}{cell}{_cell('末')}</table:table-row>"
    sheet = _sheet(tmp_path / "a.ods", row)
    assert sheet.rows == [["首", shown, "末"]]
    assert sheet.concealed == ({} if whole is None else {(0, 1): whole})


def test_cells_take_the_style_of_their_row_or_column(tmp_path: Path) -> None:
    default = 'table:default-cell-style-name="cut"'
    rows = (
        f'<table:table-column table:number-columns-repeated="2"/><table:table-column {default}/>'
        f"<table:table-row>{_cell('1')}{_cell('2')}{_cell('3')}{_cell('4')}</table:table-row>"
        f"<table:table-row {default}>{_cell('5')}</table:table-row>"
    )
    sheet = _sheet(tmp_path / "a.ods", rows)
    assert [row[:4] for row in sheet.rows] == [["1", "2", "", "4"], []]
    assert sheet.concealed == {(0, 2): "3", (1, 0): "5"}
    sheet.reveal()
    assert sheet.rows == [["1", "2", "3", "4"], ["5"]]


def test_rows_and_columns_that_are_hidden_in_any_way(tmp_path: Path) -> None:
    hidden = 'table:visibility="{}"'
    styles = (
        '<style:style style:name="flat" style:family="table-row"><style:table-row-properties '
        'style:row-height="0in"/></style:style>'
    )
    row = "<table:table-row {}>" + _cell("甲", 'table:number-columns-repeated="5"')
    row += "</table:table-row>"
    collapse, filtered = hidden.format("collapse"), hidden.format("filter")
    rows = (
        f"<table:table-header-columns><table:table-column {collapse}/></table:table-header-columns>"
        f'<table:table-column-group><table:table-column table:number-columns-repeated="2"/>'
        f'<table:table-column {collapse} table:number-columns-repeated="2"/>'
        f"</table:table-column-group><table:table-column {collapse} "
        'table:number-columns-repeated="1000000"/>'
        f"<table:table-header-rows>{row.format(collapse)}</table:table-header-rows>"
        f"<table:table-row-group>{row.format('')}"
        + row.format(f'{filtered} table:number-rows-repeated="2"')
        + "</table:table-row-group>"
        + row.format("table:style-name='flat'")
        + f'<table:table-row {collapse} table:number-rows-repeated="9"><table:table-cell/>'
        "</table:table-row>"
    )
    sheet = _sheet(tmp_path / "a.ods", rows, styles)
    assert sheet.hidden_rows == {0, 2, 3, 4}
    assert sheet.hidden_columns == {0, 3, 4}


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        *(("123456", "0000123456", "0000123456"), ("123456", "123-456", "123-456")),
        *(("1234", "1,234", "1234"), ("5", "5.00", "5"), ("12", "A0012", "A0012")),
        *(("3", "第3号", "3"), ("7", "###", "7"), ("7", "", "0007"), ("1.5", "01.50", "1.5")),
        ("0", "000", "000"),
    ],
)
def test_numbers_with_zeros(tmp_path: Path, value: str, shown: str, text: str) -> None:
    styles = (
        f'<n:number-style xmlns:n="{DATA_STYLE}" style:name="N1"><n:number '
        'n:min-integer-digits="4"/></n:number-style><style:style style:name="z" '
        'style:family="table-cell" style:data-style-name="N1"/>'
    )
    attributes = f'table:style-name="z" office:value-type="float" office:value="{value}"'
    row = f"<table:table-row>{_cell(shown, attributes)}</table:table-row>"
    assert _sheet(tmp_path / "a.ods", row, styles).rows == [[text]]


def test_what_lost_its_value(tmp_path: Path) -> None:
    formula = 'table:formula="of:=[.A1]"'
    cells = (
        _cell("x", 'office:value-type="float" office:value="1.13715E+030"'),
        f"<table:table-cell {formula}/>",
        f'<table:table-cell {formula} office:value-type="string"><text:p/></table:table-cell>',
        f'<table:table-cell {formula} office:value-type="float"/>',
        _cell("2", f'{formula} office:value-type="float" office:value="2"'),
        f'<table:table-cell {formula} table:number-columns-repeated="2"/>',
    )
    sheet = _sheet(tmp_path / "a.ods", f"<table:table-row>{''.join(cells)}</table:table-row>")
    assert sheet.rows == [["1137150000000000000000000000000", "", "", "", "2", "", ""]]
    flaws = dict.fromkeys([(0, 1), (0, 3), (0, 5), (0, 6)], "formula")
    assert sheet.flaws == {(0, 0): "digits", **flaws}


def test_common_styles_are_read_and_struck_cells_share_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ods"
    row = _cell("甲", 'table:style-name="cut" table:number-columns-repeated="100"')
    rows = f'<table:table-row table:number-rows-repeated="10">{row}</table:table-row>'
    write_ods_xml(path, f"<table:table>{rows}</table:table>")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    head = content.partition("<office:document-content")[2].partition(">")[0]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles.xml", f"<office:x{head}>{ALL_STYLES}</office:x>")
    assert len(read_sheets(path)[0].concealed) == 1000
    monkeypatch.setattr(errors, "MAX_CELLS", 5000)
    with pytest.raises(InputError, match="together"):
        read_sheets(path)
