"""OpenDocument spreadsheets: repeats, types, what is text and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.formats import errors, read_sheets
from registry.intake.problems import InputError
from tests.intake.formats.make_files import write_ods_xml


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
    import zipfile

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
