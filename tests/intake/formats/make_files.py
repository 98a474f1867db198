"""One description of a table -> the same table in every format that the registry reads.

`rows` are texts; `spans` are merged cells, whose text is that of their first cell. Whatever a
reader makes of such a file should equal `expected(rows, spans)`.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from registry.intake.grid import Span, fill_spans

Rows = Sequence[Sequence[str]]
Spans = Sequence[Span]


class Unseen(NamedTuple):
    """What people are not to see of a table. `struck`: the end of a cell's text, or all of it."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    struck: dict[tuple[int, int], str] = {}  # noqa: RUF012

    def parts(self, place: tuple[int, int], text: str) -> tuple[str, str]:
        """A cell's text without what is struck through, and that."""
        struck = self.struck.get(place, "")
        return text.removesuffix(struck), struck


NOTHING = Unseen()

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")),
        ("draw", "drawing"),
    )
)


def expected(rows: Rows, spans: Spans = ()) -> list[list[str]]:
    """The rows as a reader is to give them."""
    result = [list(row) for row in rows]
    fill_spans(result, list(spans))
    return result


def trimmed(rows: Rows) -> list[list[str]]:
    """Rows without the empty cells and rows at their ends, by which formats differ."""
    result = []
    for row in rows:
        cells = list(row)
        while cells and not cells[-1]:
            cells.pop()
        result.append(cells)
    while result and not result[-1]:
        result.pop()
    return result


def write_xlsx(
    path: Path, rows: Rows, spans: Spans = (), name: str = "附件1", unseen: Unseen = NOTHING
) -> None:
    """A workbook of one sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(name)
    strike = book.add_format({"font_strikeout": True}) if unseen.struck else None
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            plain, struck = unseen.parts((r, c), cell)
            if plain and struck:
                sheet.write_rich_string(r, c, plain, strike, struck)
            else:
                sheet.write_string(r, c, cell, *([strike] if struck else []))
    for r in unseen.rows:
        sheet.set_row(r, None, None, {"hidden": True})
    for c in unseen.columns:
        sheet.set_column(c, c, None, None, {"hidden": True})
    for span in spans:
        sheet.merge_range(*span, rows[span.top][span.left])
    book.close()


def write_xls(
    path: Path, rows: Rows, spans: Spans = (), name: str = "附件1", unseen: Unseen = NOTHING
) -> None:
    """An old workbook of one sheet."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    covered = _covered(spans)
    strike = xlwt.easyxf("font: struck_out on")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            plain, struck = unseen.parts((r, c), cell)
            if plain and struck:
                sheet.write_rich_text(r, c, [plain, (struck, strike.font)])
            elif (r, c) not in covered and cell:
                sheet.write(r, c, cell, *([strike] if struck else []))
    for r in unseen.rows:
        sheet.row(r).hidden = True
    for c in unseen.columns:
        sheet.col(c).hidden = True
    for span in spans:
        sheet.merge(span.top, span.bottom, span.left, span.right)
    book.save(str(path))


def write_ods(
    path: Path, rows: Rows, spans: Spans = (), name: str = "附件1", unseen: Unseen = NOTHING
) -> None:
    """A spreadsheet of one sheet, by hand."""
    first, covered = _first(spans), _covered(spans)
    collapsed = ' table:visibility="collapse"'
    body = [
        f"<table:table-column{collapsed if c in unseen.columns else ''}/>"
        for c in range(max(map(len, rows)))
    ]
    for r, row in enumerate(rows):
        body.append(f"<table:table-row{collapsed if r in unseen.rows else ''}>")
        for c, cell in enumerate(row):
            if (r, c) in covered:
                body.append("<table:covered-table-cell/>")
                continue
            attributes = ""
            if span := first.get((r, c)):
                attributes = (
                    f' table:number-columns-spanned="{span.right - span.left + 1}"'
                    f' table:number-rows-spanned="{span.bottom - span.top + 1}"'
                )
            plain, struck = unseen.parts((r, c), cell)
            if struck and not plain:
                attributes += ' table:style-name="cut"'
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
            if struck and plain:
                cut = f'<text:span text:style-name="cut">{escape(struck)}</text:span>'
                lines = f"<text:p>{escape(plain)}{cut}</text:p>"
            body.append(
                f'<table:table-cell office:value-type="string"{attributes}>'
                f"{lines if cell else ''}</table:table-cell>"
            )
        body.append("</table:table-row>")
    styles = "".join(
        f'<style:style style:name="cut" style:family="{family}"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style>'
        for family in ("table-cell", "text")
    )
    table = f'<table:table table:name="{escape(name)}">{"".join(body)}</table:table>'
    write_ods_xml(path, table, styles if unseen.struck else "")


def write_ods_xml(path: Path, tables: str, styles: str = "", prologue: str = "") -> None:
    """A spreadsheet from the XML of its tables."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{prologue}'
            f"<office:document-content {_ODS_NAMES}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )


def write_xlsx_xml(path: Path, *sheets: str, before: str = "", **parts: str) -> None:
    """A workbook from the XML of its sheets' data, and of what stands before that; `parts` are more
    members, / written as __."""
    count = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels",
            f'{_RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in count)
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _RELATIONS
            + "".join(
                f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in count
            )
            + "</Relationships>",
        )
        for n, data in zip(count, sheets, strict=True):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", worksheet(data, before=before))
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)


def worksheet(data: str, prologue: str = "", before: str = "") -> str:
    """A sheet's part from the XML of its rows."""
    return f'{prologue}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData></worksheet>'


def write_docx(
    path: Path,
    rows: Rows,
    spans: Spans = (),
    leads: Sequence[str] = (),
    unseen: Unseen = NOTHING,
) -> None:
    """A document of one table, below paragraphs."""
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    for lead in leads:
        document.add_paragraph(lead)
    width = max(map(len, rows))
    table = document.add_table(len(rows), width)
    covered = _covered(spans)
    for r, row in enumerate(rows):
        cells = table.rows[r].cells
        for c, cell in enumerate(row):
            plain, struck = unseen.parts((r, c), cell)
            if (r, c) not in covered:
                cells[c].text = plain
            if struck:
                cells[c].paragraphs[0].add_run(struck).font.strike = True
        if r in unseen.rows:
            table.rows[r]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))
    for span in spans:
        table.cell(span.top, span.left).merge(table.cell(span.bottom, span.right))
    document.save(str(path))


def write_docx_xml(path: Path, body: str, prologue: str = "") -> None:
    """A document from the XML of its body."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(
            "word/document.xml",
            f'{prologue}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        )


def write_html(
    path: Path,
    rows: Rows,
    spans: Spans = (),
    encoding: str = "utf-8",
    unseen: Unseen = NOTHING,
) -> None:
    """A page of one table."""
    first, covered = _first(spans), _covered(spans)
    gone = ' style="display:none"'
    body = [
        f"<col{gone if c in unseen.columns else ''}>"
        for c in range(max(map(len, rows)) if unseen.columns else 0)
    ]
    for r, row in enumerate(rows):
        body.append(f"<tr{gone if r in unseen.rows else ''}>")
        for c, cell in enumerate(row):
            if (r, c) in covered:
                continue
            attributes = ""
            if span := first.get((r, c)):
                attributes = (
                    f' colspan="{span.right - span.left + 1}"'
                    f' rowspan="{span.bottom - span.top + 1}"'
                )
            plain, struck = (escape(t).replace("\n", "<br>") for t in unseen.parts((r, c), cell))
            body.append(f"<td{attributes}>{plain}{f'<s>{struck}</s>' if struck else ''}</td>")
        body.append("</tr>\n")
    page = (
        f'<html><head><meta charset="{encoding}"></head><body>'
        f"<table>{''.join(body)}</table></body></html>"
    )
    path.write_bytes(page.encode(encoding))


def write_csv(path: Path, rows: Rows, spans: Spans = (), encoding: str = "utf-8") -> None:
    """Text with commas; merged cells are filled, since the format has none."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(expected(rows, spans))


def write_json(path: Path, rows: Rows, spans: Spans = (), encoding: str = "utf-8") -> None:
    """Records named by the first row; merged cells are filled."""
    header, *others = expected(rows, spans)
    records = [dict(zip(header, row, strict=False)) for row in others]
    path.write_text(json.dumps(records, ensure_ascii=False), encoding=encoding)


def write_pdf(path: Path, rows: Rows, spans: Spans = (), leads: Sequence[str] = ()) -> None:
    """A table with drawn lines, its first row repeated on every page, below paragraphs."""
    from reportlab.lib import colors, pagesizes
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    covered = _covered(spans)
    data = [
        ["" if (r, c) in covered else cell for c, cell in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("FONTNAME", (0, 0), (-1, -1), font),
            *(("SPAN", (s.left, s.top), (s.right, s.bottom)) for s in spans),
        ]
    )
    paragraph = ParagraphStyle("p", fontName=font, fontSize=12, leading=18)
    SimpleDocTemplate(str(path), pagesize=pagesizes.landscape(pagesizes.A4)).build(
        [*(Paragraph(lead, paragraph) for lead in leads), Table(data, repeatRows=1, style=style)]
    )


WRITERS: dict[str, Callable[..., Any]] = {
    ".xlsx": write_xlsx,
    ".xls": write_xls,
    ".ods": write_ods,
    ".docx": write_docx,
    ".html": write_html,
    ".csv": write_csv,
    ".json": write_json,
    ".pdf": write_pdf,
}
"""By the ending of the name."""

WITH_UNSEEN = (".xlsx", ".xls", ".ods", ".docx", ".html")
"""Endings of formats that can hide a row, or strike text through."""

WITH_COLUMNS = (".xlsx", ".xls", ".ods", ".html")
"""Those that can hide a column."""


def _first(spans: Spans) -> dict[tuple[int, int], Span]:
    return {(span.top, span.left): span for span in spans}


def _covered(spans: Spans) -> set[tuple[int, int]]:
    return {
        (r, c)
        for span in spans
        for r in range(span.top, span.bottom + 1)
        for c in range(span.left, span.right + 1)
        if (r, c) != (span.top, span.left)
    }
