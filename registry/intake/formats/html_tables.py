"""Web pages (.html), and the pages that many systems export as .xls: their tables, each a sheet.

What stands between tables (headings, paragraphs, captions) becomes rows of one cell on top of the
table that follows, with the row number 0. A table inside a cell is a sheet of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from registry.intake.formats.encodings import decode
from registry.intake.formats.errors import CellBudget, library_errors_refused, require_text
from registry.intake.formats.table_builder import TableBuilder
from registry.intake.formats.xmlparts import local
from registry.intake.grid import Sheet
from registry.intake.problems import refuse
from registry.locale import _

_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_XML_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,1000}\?>")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAKS: Final = re.compile(r"[ \xa0]*\n[ \xa0]*")
_HEAD: Final = 4096
_MOST_COLUMNS_OF_CELL, _MOST_ROWS_OF_CELL = 1_000, 65_534
_NOT_TEXT: Final = frozenset(
    ("script", "style", "head", "template", "noscript", "select", "textarea", "svg", "xml")
)
_GROUPS: Final = frozenset(("thead", "tbody", "tfoot"))
_BLOCKS: Final = frozenset(
    (
        *("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("section", "article", "header", "footer", "main", "blockquote", "pre", "hr", "center"),
        *("address", "figure", "form", "fieldset", "caption", "br"),
    )
)


@dataclass
class _Text:
    """A text in the making: pieces as they come, None for a new line."""

    pieces: list[str | None] = field(default_factory=list)

    def lines(self) -> str:
        """The text as a browser shows it: spaces are run together, blocks have their own lines."""
        flowing: list[str] = []
        lines: list[str] = []
        for piece in [*self.pieces, None]:
            if piece is None:
                lines.append(_SPACE.sub(" ", "".join(flowing)).replace("\xa0", " ").strip())
                flowing = []
            else:
                flowing.append(piece)
        return "\n".join(line for line in lines if line)


@dataclass
class _Open:
    """A table whose end has not come yet, and its cell in the making."""

    builder: TableBuilder
    cell: _Text | None = None
    columns: int = 1
    rows: int = 1
    caption: _Text | None = None


def read(path: Path) -> tuple[str, list[Sheet]]:
    """The encoding, and every table of the page in the order in which they begin."""
    from lxml import etree  # type: ignore[import-untyped,unused-ignore]

    with library_errors_refused(path):
        data = path.read_bytes()
        text, encoding = decode(path, data, _declared(data[:_HEAD]))
        parser = etree.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
        )
        text = _DECLARATION.sub("", text.removeprefix("\ufeff"))
        # Lone surrogates can't be, but for those that &#xD800; would make, which lxml refuses.
        root = etree.fromstring(text.encode(), parser)
        sheets = _Page(path).read(root) if root is not None else []
    if not sheets:
        refuse(path, _("the page holds no table"), _("Save the table as xlsx."))
    return encoding, require_text(path, sheets)


def _declared(head: bytes) -> str | None:
    match = _CHARSET.search(head) or _XML_ENCODING.match(head)
    return match.group(1).decode("ascii", "replace") if match else None


class _Page:
    """One walk over the page."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._budget = CellBudget(path)
        self._builders: list[TableBuilder] = []
        self._tables: list[_Open] = []
        self._outside = _Text()

    def read(self, root: Any) -> list[Sheet]:
        """The sheets."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            kind = local(element)
            if event == "end":
                self._end(kind)
                if element is not root:
                    self._add(element.tail)
                continue
            if kind in _NOT_TEXT:
                walk.skip_subtree()
                continue
            self._start(kind, element)
            self._add(element.text)
        return [builder.sheet() for builder in self._builders]

    def _start(self, kind: str, element: Any) -> None:
        table = self._tables[-1] if self._tables else None
        if kind == "table":
            self._open_table()
        elif table is None:
            self._break(kind)
        elif kind == "tr":
            self._close_cell(table)
            table.builder.start_row()
        elif kind in ("td", "th"):
            self._close_cell(table)
            table.cell = _Text()
            table.columns = _span(element.get("colspan"), _MOST_COLUMNS_OF_CELL, 1)
            table.rows = _span(element.get("rowspan"), _MOST_ROWS_OF_CELL, _MOST_ROWS_OF_CELL)
        elif kind == "caption":
            table.caption = _Text()
        else:
            self._break(kind)

    def _end(self, kind: str) -> None:
        table = self._tables[-1] if self._tables else None
        if table is None:
            self._break(kind)
        elif kind == "table":
            self._close_cell(table)
            self._tables.pop()
        elif kind in ("td", "th", "tr"):
            self._close_cell(table)
        elif kind in _GROUPS:
            self._close_cell(table)
            table.builder.end_group()
        elif kind == "caption" and table.caption is not None:
            self._lead(table.caption, table.builder)
            table.caption = None
        else:
            self._break(kind)

    def _open_table(self) -> None:
        name = _("table {n}").format(n=len(self._builders) + 1)
        builder = TableBuilder(self._path, name, self._budget, [])
        if not self._tables:
            self._lead(self._outside, builder)
            self._outside = _Text()
        self._builders.append(builder)
        self._tables.append(_Open(builder))

    def _lead(self, text: _Text, builder: TableBuilder) -> None:
        for line in text.lines().splitlines():
            self._budget.spend(1)
            builder.add_lead(line)

    def _close_cell(self, table: _Open) -> None:
        if table.cell is not None:
            table.builder.add_cell(table.cell.lines(), table.columns, table.rows)
            table.cell = None

    def _add(self, text: str | None) -> None:
        target = self._target()
        if text and target is not None:
            target.pieces.append(text)

    def _break(self, kind: str) -> None:
        target = self._target()
        if kind in _BLOCKS and target is not None:
            target.pieces.append(None)

    def _target(self) -> _Text | None:
        """Where text goes: what stands in a table, but in no cell of it, goes nowhere."""
        if not self._tables:
            return self._outside
        return self._tables[-1].cell or self._tables[-1].caption


def _span(value: str | None, most: int, for_zero: int) -> int:
    """A span as browsers take it: 0 means all that is left, nonsense means 1."""
    digits = re.match(r"\s*(\d{1,9})", value or "")
    return min(int(digits.group(1)), most) or for_zero if digits else 1
