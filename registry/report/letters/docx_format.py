"""A letter as DOCX, on an official paper's page (GB/T 9704-2012)."""

from __future__ import annotations

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH

from registry.report.docx_page import (
    HEADING_FONT,
    LANDSCAPE_WIDTH,
    SUBHEADING_FONT,
    TABLE_SIZE,
    TITLE_FONT,
    TITLE_SIZE,
    add_imprint,
    add_landscape_section,
    add_paragraph,
    add_red_heading,
    add_table,
    document_bytes,
    new_document,
)
from registry.report.letters.letter import LetterContent
from registry.report.letters.paragraphs import LetterParagraph
from registry.report.letters.tables import LetterTable

_LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
_FORM_ROW = 30.0
"""Points that a row to be filled in is high."""


def render_bytes(content: LetterContent) -> bytes:
    """The letter."""
    sender = content.sender
    document = new_document(
        content.title,
        content.as_of,
        demonstration=content.demonstration,
        footer_note=content.log_note,
    )
    if sender.red_heading:
        add_red_heading(document, sender.name)
    add_paragraph(document, sender.number, align=_RIGHT)
    add_paragraph(document)
    _title(document, f"{sender.name}\n{content.subject}")
    add_paragraph(document)
    add_paragraph(document, f"{content.addressee}：", align=_LEFT)
    for part in content.paragraphs:
        # no page bears the signature alone
        _add_letter_paragraph(document, part, keep=part is content.paragraphs[-1])
    add_paragraph(document, content.closing, indent=2, keep=True)
    add_paragraph(document, keep=True)
    for n, line in enumerate(content.attachments):
        if n:
            add_paragraph(document, line, left=5, keep=True)
        else:
            add_paragraph(document, f"附件：{line}", indent=2, keep=True)
    add_paragraph(document, keep=True)
    add_paragraph(document, keep=True)
    add_paragraph(document, sender.name, align=_RIGHT, right=4, keep=True)
    add_paragraph(document, content.date, align=_RIGHT, right=4, keep=True)
    add_paragraph(document, sender.contact_line, indent=2)
    add_landscape_section(document)
    for n, table in enumerate(content.tables, 1):
        _add_table(document, table, n if len(content.tables) > 1 else None)
    add_imprint(document, content.copies, sender.name, content.date, LANDSCAPE_WIDTH)
    return document_bytes(document)


def _title(document: DocumentObject, text: str) -> None:
    add_paragraph(
        document,
        (text, TITLE_FONT),
        align=WD_ALIGN_PARAGRAPH.CENTER,
        size=TITLE_SIZE,
        pitch=32,
    )


def _add_letter_paragraph(document: DocumentObject, part: LetterParagraph, *, keep: bool) -> None:
    if part.level == 1:
        add_paragraph(document, (part.heading, HEADING_FONT), indent=2, keep=True)
    elif part.level == 2:
        add_paragraph(document, (part.heading, SUBHEADING_FONT), part.text, indent=2, keep=keep)
    else:
        add_paragraph(document, part.text, indent=2, keep=keep)


def _add_table(document: DocumentObject, table: LetterTable, n: int | None) -> None:
    mark = add_paragraph(document, (f"附件{n or ''}", HEADING_FONT), align=_LEFT, keep=True)
    mark.paragraph_format.page_break_before = bool(n and n > 1)
    _title(document, table.title)
    for place, note in enumerate(table.notes, 1):  # above, as no page is to bear them alone
        text = f"注：{note}" if place == 1 and not table.form else note
        pitch = 26 if table.form else 18
        add_paragraph(document, text, size=TABLE_SIZE, pitch=pitch, align=_LEFT, keep=True)
    add_paragraph(document, size=TABLE_SIZE, pitch=6, keep=True)
    height = _FORM_ROW if table.form else None
    add_table(document, table.columns, table.rows, row_height=height, keep_last=table.form)
