"""Documents: paragraphs above tables, merged cells, revisions, tables inside cells."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from registry import locale
from registry.intake.formats import read_sheets
from registry.intake.grid import Sheet, Span
from registry.intake.problems import InputError
from tests.intake.formats.make_files import WORD, write_docx, write_docx_xml

COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


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


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _read(path: Path, *cells: str, styles: str = "", row: str = "", before: str = "") -> Sheet:
    """A document of one row."""
    row = f"<w:tr>{row}{''.join(map(_tc, cells))}</w:tr>"
    write_docx_xml(path, f"{before}<w:tbl>{row}</w:tbl>")
    if styles:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>')
    return read_sheets(path)[0]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="cut"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="child"><w:basedOn w:val="cut"/></w:style>'
    '<w:style w:type="character" w:styleId="whole"><w:basedOn w:val="cut"/>'
    '<w:rPr><w:strike w:val="0"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="loop"><w:basedOn w:val="loop"/></w:style>'
)


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        *(("<w:vanish/>", False), ("<w:strike/>", False), ("<w:dstrike/>", False)),
        *(('<w:strike w:val="1"/>', False), ('<w:strike w:val="0"/>', True)),
        *(('<w:vanish w:val="false"/>', True), ("<w:b/>", True)),
        *(('<w:rStyle w:val="cut"/>', False), ('<w:rStyle w:val="child"/>', False)),
        *(('<w:rStyle w:val="whole"/>', True), ('<w:rStyle w:val="loop"/>', True)),
        ('<w:rStyle w:val="cut"/><w:strike w:val="0"/>', True),
    ],
)
def test_runs_that_are_not_seen(tmp_path: Path, properties: str, seen: bool) -> None:
    cell = f"<w:p>{_run('甲')}{_run('乙', properties)}{_run('丙')}</w:p>"
    sheet = _read(tmp_path / "a.docx", cell, styles=STYLES)
    assert sheet.rows == [["甲乙丙" if seen else "甲丙"]]
    assert sheet.concealed == ({} if seen else {(0, 0): "甲乙丙"})


def test_paragraphs_rows_and_leads_that_are_not_seen(tmp_path: Path) -> None:
    gone = '<w:pPr><w:pStyle w:val="gone"/></w:pPr>'
    shown = _run("戊", '<w:vanish w:val="0"/>')
    sheet = _read(
        tmp_path / "a.docx",
        f"{_p('甲')}<w:p>{gone}{_run('乙')}</w:p>{_p('丙')}",
        f"<w:p>{gone}{_run('丁')}{shown}</w:p>",
        styles=STYLES,
        row="<w:trPr><w:hidden/></w:trPr>",
        before=f"<w:p>{_run('题')}{_run('旧', '<w:strike/>')}</w:p><w:p>{gone}{_run('密')}</w:p>",
    )
    assert sheet.rows == [["题"], [""], ["甲\n丙", "戊"]]
    assert sheet.concealed == {
        **{(0, 0): "题旧", (1, 0): "密"},
        **{(2, 0): "甲\n乙\n丙", (2, 1): "丁戊"},
    }
    assert sheet.hidden_rows == {2}
    assert not _read(
        tmp_path / "b.docx", _p("1"), row='<w:trPr><w:hidden w:val="0"/></w:trPr>'
    ).hidden_rows


def _box(*paragraphs: str) -> str:
    return f"<x><w:txbxContent>{''.join(paragraphs)}</w:txbxContent></x>"


def _either(choice: str, fallback: str) -> str:
    return (
        f'<m:AlternateContent xmlns:m="{COMPATIBLE}"><m:Choice>{choice}</m:Choice>'
        f"<m:Fallback>{fallback}</m:Fallback></m:AlternateContent>"
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (_run("甲") + _either(_run("选"), _run("备")) + _run("乙"), "甲选乙"),
        (_either("<w:drawing/>", _run("备")), "备"),
        (
            _run("甲") + "<w:r>" + _either(_box(_p("框"), _p("二")), _box(_p("旧框"))) + "</w:r>",
            "甲\n框\n二",
        ),
        ("<w:r><w:pict>" + _box(_p("框")) + "</w:pict></w:r>", "框"),
        ("<w:r><w:drawing><a>12</a></w:drawing></w:r>", ""),
        (_run("√") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "√√"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', "\uf0b7"),
        ('<w:r><w:sym w:font="Symbol" w:char="D800"/><w:sym w:char="x"/></w:r>', ""),
    ],
)
def test_text_in_boxes_alternatives_and_signs(tmp_path: Path, content: str, text: str) -> None:
    sheet = _read(tmp_path / "a.docx", f"<w:p>{content}</w:p>", _p("末"))
    assert sheet.rows == [[text, "末"]]
    assert not sheet.concealed


def test_tables_in_boxes_and_alternatives_are_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    table = f"<w:tbl><w:tr>{_tc(_p('{}'))}</w:tr></w:tbl>"
    boxed = f"<w:p><w:r>{_either(_box(table.format('一')), _box(table.format('旧')))}</w:r></w:p>"
    either = _either(_p("二题") + table.format("二"), table.format("旧"))
    cell = f"<w:tbl><w:tr>{_tc(_p('三') + boxed)}</w:tr></w:tbl>"
    write_docx_xml(path, f"{_p('题')}{boxed}{either}{cell}")
    assert [sheet.rows for sheet in read_sheets(path)] == [
        *([["题"], ["一"]], [["二题"], ["二"]], [["三"]], [["一"]]),
    ]
