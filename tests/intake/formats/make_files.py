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
from typing import Any

from registry.intake.grid import Span, fill_spans

Rows = Sequence[Sequence[str]]
Spans = Sequence[Span]

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


def write_xlsx(path: Path, rows: Rows, spans: Spans = (), name: str = "附件1") -> None:
    """A workbook of one sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(name)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write_string(r, c, cell)
    for span in spans:
        sheet.merge_range(*span, rows[span.top][span.left])
    book.close()


def write_xls(path: Path, rows: Rows, spans: Spans = (), name: str = "附件1") -> None:
    """An old workbook of one sheet."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    covered = _covered(spans)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if (r, c) not in covered and cell:
                sheet.write(r, c, cell)
    for span in spans:
        sheet.merge(span.top, span.bottom, span.left, span.right)
    book.save(str(path))


def write_ods(path: Path, rows: Rows, spans: Spans = (), name: str = "附件1") -> None:
    """A spreadsheet of one sheet, by hand."""
    first, covered = _first(spans), _covered(spans)
    body = []
    for r, row in enumerate(rows):
        body.append("<table:table-row>")
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
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
            body.append(
                f'<table:table-cell office:value-type="string"{attributes}>'
                f"{lines if cell else ''}</table:table-cell>"
            )
        body.append("</table:table-row>")
    write_ods_xml(path, f'<table:table table:name="{escape(name)}">{"".join(body)}</table:table>')


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


def write_xlsx_xml(path: Path, *sheets: str, **parts: str) -> None:
    """A workbook from the XML of its sheets' data; `parts` are more members, / written as __."""
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
            archive.writestr(f"xl/worksheets/sheet{n}.xml", worksheet(data))
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)


def worksheet(data: str, prologue: str = "") -> str:
    """A sheet's part from the XML of its rows."""
    return f'{prologue}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'


def write_docx(path: Path, rows: Rows, spans: Spans = (), leads: Sequence[str] = ()) -> None:
    """A document of one table, below paragraphs."""
    import docx

    document = docx.Document()
    for lead in leads:
        document.add_paragraph(lead)
    width = max(map(len, rows))
    table = document.add_table(len(rows), width)
    covered = _covered(spans)
    for r, row in enumerate(rows):
        cells = table.rows[r].cells
        for c, cell in enumerate(row):
            if (r, c) not in covered:
                cells[c].text = cell
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


def write_html(path: Path, rows: Rows, spans: Spans = (), encoding: str = "utf-8") -> None:
    """A page of one table."""
    first, covered = _first(spans), _covered(spans)
    body = []
    for r, row in enumerate(rows):
        body.append("<tr>")
        for c, cell in enumerate(row):
            if (r, c) in covered:
                continue
            attributes = ""
            if span := first.get((r, c)):
                attributes = (
                    f' colspan="{span.right - span.left + 1}"'
                    f' rowspan="{span.bottom - span.top + 1}"'
                )
            body.append(f"<td{attributes}>{escape(cell).replace(chr(10), '<br>')}</td>")
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
