"""Documents: paragraphs above tables, merged cells, revisions, tables inside cells."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from registry import locale
from registry.intake.formats import read_sheets
from registry.intake.grid import Span
from registry.intake.problems import InputError
from tests.intake.formats.make_files import write_docx, write_docx_xml


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_paragraphs_stand_above_the_table_that_follows(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_docx(path, [["序号", "事项"], ["1", "甲"]], leads=["附件1", "一、市发展改革委"])
    (sheet,) = read_sheets(path)
    assert sheet.rows == [["附件1"], ["一、市发展改革委"], ["序号", "事项"], ["1", "甲"]]
    assert [sheet.number(row) for row in range(4)] == [0, 0, 1, 2]
    assert sheet.place(3, 1) == "table 1!B2"
    table = f"<w:tbl><w:tr>{_tc(_p('1'))}</w:tr></w:tbl>"
    write_docx_xml(path, f"{_p('一')}{table}{_p('二')}{table}{_p('注')}")
    assert [sheet.rows for sheet in read_sheets(path)] == [[["一"], ["1"]], [["二"], ["1"]]]


def test_spans_grids_and_merges(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    restart, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide, before = '<w:gridSpan w:val="2"/>', '<w:gridBefore w:val="1"/>'
    write_docx_xml(
        path,
        "<w:tbl>"
        f"<w:tr>{_tc(_p('甲'), restart)}{_tc(_p('题'), wide)}</w:tr>"
        f"<w:tr>{_tc(_p(''), go_on)}{_tc(_p('1'))}{_tc(_p('2'))}</w:tr>"
        f"<w:tr><w:trPr>{before}</w:trPr>{_tc(_p('3'))}</w:tr>"
        f"<w:tr>{_tc(_p('乙'), restart)}{_tc(_p('4'))}</w:tr>"
        "</w:tbl>",
    )
    (sheet,) = read_sheets(path)
    assert sheet.rows == [["甲", "题", "题"], ["甲", "1", "2"], ["", "3"], ["乙", "4"]]
    assert sheet.spans == [Span(0, 0, 1, 0), Span(0, 1, 0, 2)]


def test_text_of_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    cell = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t>"
        "<w:br/></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom></w:p>" + _p("丙")
    )
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{_tc(_p('删行'))}</w:tr>"
    write_docx_xml(path, f"<w:tbl><w:tr>{_tc(cell)}</w:tr>{gone}</w:tbl>")
    assert read_sheets(path)[0].rows == [["甲\t乙\n增\n丙"]]


def test_a_table_inside_a_cell_is_a_sheet_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    inner = f"<w:tbl><w:tr>{_tc(_p('内'))}</w:tr></w:tbl>"
    wrapped = f"<w:sdt><w:sdtContent><w:tr>{_tc(_p('外') + inner)}</w:tr></w:sdtContent></w:sdt>"
    write_docx_xml(path, f"<w:sdt><w:sdtContent><w:tbl>{wrapped}</w:tbl></w:sdtContent></w:sdt>")
    locale.use("zh")
    try:
        sheets = read_sheets(path)
    finally:
        locale.use("en")
    assert [sheet.rows for sheet in sheets] == [[["外"]], [["内"]]]


def test_a_long_merged_cell_takes_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    row = f"<w:tr>{_tc(_p(''), '<w:vMerge/>')}{_tc(_p('事项'))}</w:tr>"
    first = row.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>')
    first = first.replace("<w:t></w:t>", "<w:t>局</w:t>")
    write_docx_xml(path, f"<w:tbl>{first}{row * 10_000}</w:tbl>")
    began = time.perf_counter()
    (sheet,) = read_sheets(path)
    assert time.perf_counter() - began < 10
    assert sheet.rows[-1] == ["局", "事项"]


def test_a_document_without_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_docx_xml(path, _p("只有文字"))
    with pytest.raises(InputError, match="no table"):
        read_sheets(path)
    wide = _tc(_p("1"), '<w:gridSpan w:val="999999"/>')
    write_docx_xml(path, f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>")
    with pytest.raises(InputError, match="columns"):
        read_sheets(path)
