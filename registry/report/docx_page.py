"""An official paper's page after GB/T 9704-2012.

A4; margins 37, 35, 28 and 26 mm; title 小标宋 22 pt; body 仿宋 16 pt on a pitch of 28.9 pt, which
gives 22 lines a page; headings 一、 in 黑体, （一） in 楷体; page numbers — 1 — in 宋体 14 pt,
outside. Fonts that a computer lacks are named with substitutes in the document's font table.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
HEADING_FONT: Final = "黑体"
SUBHEADING_FONT: Final = "楷体_GB2312"
NUMBER_FONT: Final = "宋体"
_SUBSTITUTES: Final = {
    TITLE_FONT: "方正小标宋_GBK,宋体,SimSun",
    BODY_FONT: "仿宋,FangSong",
    SUBHEADING_FONT: "楷体,KaiTi",
    HEADING_FONT: "SimHei",
    NUMBER_FONT: "SimSun",
}
_FONT_TABLE: Final = "/word/fontTable.xml"

TITLE_SIZE: Final = 22.0  # 2号
BODY_SIZE: Final = 16.0  # 3号
NUMBER_SIZE: Final = 14.0  # 4号
TABLE_SIZE: Final = 10.5  # 5号
NOTE_SIZE: Final = 7.0
RED_SIZE: Final = 32.0
PITCH: Final = 28.9

DEMONSTRATION: Final = "演示数据，非正式公文"
RED: Final = RGBColor(0xC0, 0x00, 0x00)

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins in millimetres, and how far header and footer stand from the edge."""

    top: float
    bottom: float
    left: float
    right: float
    header: float = 15
    footer: float = 22


PORTRAIT: Final = Margins(37, 35, 28, 26)
LANDSCAPE: Final = Margins(28, 26, 35, 37, footer=13)
"""The portrait page turned: its binding edge is above."""
LANDSCAPE_WIDTH: Final = 297 - LANDSCAPE.left - LANDSCAPE.right
"""Millimetres within its margins."""


def new_document(
    title: str, as_of: str, *, demonstration: bool, footer_note: str = ""
) -> DocumentObject:
    """An empty paper; with `demonstration`, every page says in red that it is none.

    `footer_note`: what stands in small print below the number of each page.
    """
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(title), "", ""
    properties.created = properties.modified = dt.datetime.fromisoformat(as_of)
    properties.language = "zh-CN"
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    _set_fonts(normal.element.get_or_add_rPr(), BODY_FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = False
    normal.element.get_or_add_rPr().append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>')
    )
    _name_substitutes(document)
    section = document.sections[0]
    set_page(section, PORTRAIT)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, outside in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _number_page(footer.paragraphs[0], outside)
        if footer_note:
            note = footer.add_paragraph()
            note.alignment = outside
            add_run(note, footer_note, size=NOTE_SIZE)
    if demonstration:
        for header in (section.header, section.even_page_header):
            paragraph = header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = add_run(paragraph, DEMONSTRATION, HEADING_FONT, NUMBER_SIZE)
            run.font.color.rgb = RED
    return document


def set_page(section: Section, margins: Margins, *, landscape: bool = False) -> None:
    """A4 with these margins."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
    section.header_distance, section.footer_distance = Mm(margins.header), Mm(margins.footer)


def add_landscape_section(document: DocumentObject) -> Section:
    """Begin a new page across, with the same header and footer."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(section, LANDSCAPE, landscape=True)
    return section


def add_run(paragraph: Paragraph, text: str, font: str = BODY_FONT, size: float = BODY_SIZE) -> Run:
    """Text in one font: its Chinese and its Latin characters."""
    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(size)
    _set_fonts(run._element.get_or_add_rPr(), font)
    return run


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)
    fonts.set(qn("w:hint"), "eastAsia")  # else Word sets “” and — narrow


def add_paragraph(
    document: DocumentObject,
    *pieces: str | tuple[str, str],
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: float = 0,
    left: float = 0,
    right: float = 0,
    size: float = BODY_SIZE,
    pitch: float = PITCH,
    keep: bool = False,
) -> Paragraph:
    """A paragraph of pieces, each a text or (text, font); indents count characters.

    `keep` holds it on the page of the next paragraph.
    """
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    paragraph.alignment = align
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.keep_with_next = keep or None
    for piece in pieces:
        text, font = (piece, BODY_FONT) if isinstance(piece, str) else piece
        add_run(paragraph, text, font, size)
    if indent or left or right:
        _indent(paragraph, size, firstLine=indent, left=left, right=right)
    return paragraph


def _indent(paragraph: Paragraph, size: float, **characters: float) -> None:
    """Indents in characters, and in twentieths of a point for programs that know only those."""
    element = OxmlElement("w:ind")
    for side, count in characters.items():
        if count:
            element.set(qn(f"w:{side}Chars"), str(round(count * 100)))
            element.set(qn(f"w:{side}"), str(round(count * size * 20)))
    properties: Any = paragraph._p.get_or_add_pPr()
    properties._insert_ind(element)


def _number_page(paragraph: Paragraph, outside: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = outside
    side = "right" if outside is WD_ALIGN_PARAGRAPH.RIGHT else "left"
    add_run(paragraph, "— ", NUMBER_FONT, NUMBER_SIZE)
    run = add_run(paragraph, "", NUMBER_FONT, NUMBER_SIZE)
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("1", "1"), ("end", "")):
        run._element.append(_field_part(kind, text))
    add_run(paragraph, " —", NUMBER_FONT, NUMBER_SIZE)
    _indent(paragraph, NUMBER_SIZE, **{side: 1})


def _field_part(kind: str, text: str) -> Any:
    if kind in ("begin", "separate", "end"):
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
        return element
    element = OxmlElement("w:t" if kind else "w:instrText")
    element.text = text
    return element


def _name_substitutes(document: DocumentObject) -> None:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in _SUBSTITUTES.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == _FONT_TABLE:
            text = part.blob.decode("utf-8")
            part._blob = text.replace("</w:fonts>", f"{fonts}</w:fonts>").encode()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its width in millimetres, how its cells are set."""

    head: str
    width: float
    align: str = "left"


def add_table(
    document: DocumentObject,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    size: float = TABLE_SIZE,
    pitch: float | None = None,
    row_height: float | None = None,
    pad: int = 2,
    keep_last: bool = False,
) -> None:
    """A ruled table that repeats its head on every page and breaks no row; `pad` in points.

    `keep_last` holds the last row on the page of the paragraph that follows.

    Written as XML at once: python-docx takes minutes for the thousands of rows of a whole annex.
    """
    pitch = pitch or size * 1.35
    widths = [round(column.width * 1440 / 25.4) for column in columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    padding = "".join(
        f'<w:{side} w:w="{twentieths}" w:type="dxa"/>'
        for side, twentieths in (
            ("top", pad * 20),
            ("left", 60),
            ("bottom", pad * 20),
            ("right", 60),
        )
    )
    height = (
        ""
        if row_height is None
        else f'<w:trHeight w:val="{row_height * 20:.0f}" w:hRule="atLeast"/>'
    )
    header = f"<w:cantSplit/>{height}<w:tblHeader/>"
    headings = [
        _cell(column.head, width, "center", HEADING_FONT, size, pitch)
        for column, width in zip(columns, widths, strict=True)
    ]
    lines = [f"<w:tr><w:trPr>{header}</w:trPr>{''.join(headings)}</w:tr>"]
    rows = list(rows)
    lines += [
        f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>"
        + "".join(
            _cell(text, width, column.align, BODY_FONT, size, pitch, keep_last and n == len(rows))
            for text, column, width in zip(row, columns, widths, strict=True)
        )
        + "</w:tr>"
        for n, row in enumerate(rows, 1)
    ]
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w='{sum(widths)}' w:type='dxa'/>"
        f"<w:jc w:val='center'/><w:tblBorders>{borders}</w:tblBorders>"
        f"<w:tblLayout w:type='fixed'/><w:tblCellMar>{padding}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )
    body: Any = document.element.body
    body._insert_tbl(table)


def _cell(
    text: str, width: int, align: str, font: str, size: float, pitch: float, keep: bool = False
) -> str:
    fonts = " ".join(f'w:{script}="{font}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    held = "<w:keepNext/>" if keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{held}<w:spacing w:line="{pitch * 20:.0f}" w:lineRule="exact"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts {fonts} w:hint="eastAsia"/>'
        f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_clean(text))}</w:t></w:r></w:p></w:tc>'
    )


def add_red_heading(document: DocumentObject, sender: str) -> None:
    """The sender in red above a double red line, as a letter bears it."""
    paragraph = add_paragraph(document, align=WD_ALIGN_PARAGRAPH.CENTER, pitch=48)
    size = int(min(RED_SIZE, 155 * 72 / 25.4 / max(len(sender), 1)))
    add_run(paragraph, sender, TITLE_FONT, size).font.color.rgb = RED
    _set_borders(paragraph, bottom=("thickThinSmallGap", 24, "C00000"))
    add_paragraph(document, size=NOTE_SIZE, pitch=8)


def add_imprint(
    document: DocumentObject, copies: Sequence[str], sender: str, date: str, width: float
) -> None:
    """The last lines (版记): whom copies go to, who printed it, and when, between ruled lines.

    `width`: of the page within its margins, in millimetres.
    """
    add_paragraph(document, size=NOTE_SIZE, pitch=10, keep=True)
    thick, thin = ("single", 8, "000000"), ("single", 4, "000000")
    if copies:
        to = add_paragraph(
            *(document, f"抄送：{'，'.join(copies)}。"),
            indent=1,
            size=NUMBER_SIZE,
            pitch=24,
            keep=True,
        )
        _set_borders(to, top=thick)
    last = add_paragraph(document, sender, f"\t{date}印发", indent=1, size=NUMBER_SIZE, pitch=24)
    last.paragraph_format.tab_stops.add_tab_stop(Mm(width - 5), WD_TAB_ALIGNMENT.RIGHT)
    _set_borders(last, top=thin if copies else thick, bottom=thick)


def _set_borders(paragraph: Paragraph, **lines: tuple[str, int, str]) -> None:
    """Lines above or below a paragraph: style, width in eighths of a point, colour."""
    sides = "".join(
        f'<w:{side} w:val="{style}" w:sz="{width}" w:space="1" w:color="{colour}"/>'
        for side, (style, width, colour) in lines.items()
    )
    properties: Any = paragraph._p.get_or_add_pPr()
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def document_bytes(document: DocumentObject) -> bytes:
    """The DOCX file."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
