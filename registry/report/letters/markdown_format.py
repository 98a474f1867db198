"""A letter as Markdown: its whole text, to be read, compared or pasted elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from registry.report.docx_page import DEMONSTRATION
from registry.report.letters.letter import LetterContent
from registry.report.letters.tables import LetterTable


def render_bytes(content: LetterContent) -> bytes:
    """The letter, in UTF-8."""
    return ("\n\n".join(_blocks(content)) + "\n").encode()


def _blocks(content: LetterContent) -> Iterator[str]:
    sender = content.sender
    if content.demonstration:
        yield f"**{DEMONSTRATION}**"
    yield _plain(sender.number)
    yield f"# {_plain(content.title)}"
    yield _plain(f"{content.addressee}：")
    for part in content.paragraphs:
        yield f"## {_plain(part.heading)}" if part.level == 1 else _plain(part.heading + part.text)
    yield content.closing
    yield _plain("附件：" + "　".join(content.attachments))
    yield f"{_plain(sender.name)}  \n{content.date}"
    yield _plain(sender.contact_line)
    for title, table in zip(content.attachments, content.tables, strict=True):
        yield f"## 附件 {_plain(title)}"
        yield "\n".join(f"{_plain(note)}  " for note in table.notes).rstrip()
        yield "\n".join(_rows(table))
    if content.copies:
        yield _plain(f"抄送：{'，'.join(content.copies)}。")
    yield _plain(f"{sender.name}　{content.date}印发")
    yield content.log_note


def _rows(table: LetterTable) -> Iterator[str]:
    heads = [column.head for column in table.columns]
    for cells in (heads, ["---"] * len(heads), *table.rows):
        yield f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """Text as Markdown shows it: what has a meaning there loses it."""
    for mark in ("\\", "|", "*", "_", "<", "`", "[", "#"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split("\n"))
