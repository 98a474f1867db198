"""Web pages (.html), and the pages that many systems export as .xls: their tables, each a sheet.

What stands between tables (headings, paragraphs, captions) becomes rows of one cell on top of the
table that follows, with the row number 0. A table inside a cell is a sheet of its own. What a
browser doesn't show, or strikes through, is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from registry.intake.formats.encodings import decode
from registry.intake.formats.errors import CellBudget, library_errors_refused, require_text
from registry.intake.formats.html_styles import Look, StyleSheet
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
    """A text in the making: pieces as they come, None for a new line, and whether each is seen."""

    pieces: list[tuple[str | None, bool]] = field(default_factory=list)

    def lines(self) -> str:
        """The text as a browser shows it: spaces are run together, blocks have their own lines."""
        return _lines(piece for piece, seen in self.pieces if seen)

    def whole(self) -> str:
        """The same, with what is not seen."""
        if all(seen for _piece, seen in self.pieces):
            return self.lines()
        return _lines(piece for piece, _seen in self.pieces)

    def leads(self) -> list[tuple[str, str]]:
        """The lines one by one, each with what is not seen of it."""
        found: list[tuple[str, str]] = []
        line = _Text()
        for piece, seen in [*self.pieces, (None, True)]:
            if piece is not None:
                line.pieces.append((piece, seen))
                continue
            if whole := line.whole():
                found.append((line.lines(), whole))
            line = _Text()
        return found


def _lines(pieces: Iterable[str | None]) -> str:
    flowing: list[str] = []
    lines: list[str] = []
    for piece in [*pieces, None]:
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
    gone: bool = False
    caption: _Text | None = None
    described: int = 0
    """Columns that were described before the rows, of a group or one by one."""
    look: Look = field(default_factory=Look)
    around: Look = field(default_factory=Look)
    """How the cell looks as a whole, or the table its caption is of."""


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
        # A NUL would end the page there; browsers show a sign in its place.
        text = text.replace("\0", "\ufffd")
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
        self._builders: list[tuple[TableBuilder, bool]] = []
        self._looks: list[Look] = []
        self._tables: list[_Open] = []
        self._outside = _Text()

    def read(self, root: Any) -> list[Sheet]:
        """The sheets."""
        from lxml import etree

        styles = StyleSheet(root)
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            kind = local(element)
            if event == "end":
                self._end(kind)
                # What was skipped has an end as well, but no look of its own.
                if kind not in _NOT_TEXT:
                    self._looks.pop()
                if element is not root:
                    self._add(element.tail)
                continue
            if kind in _NOT_TEXT:
                walk.skip_subtree()
                continue
            self._looks.append(styles.look(element, self._looks[-1] if self._looks else Look()))
            self._start(kind, element)
            self._add(element.text)
        return [builder.sheet(hidden=hidden) for builder, hidden in self._builders]

    def _start(self, kind: str, element: Any) -> None:
        table = self._tables[-1] if self._tables else None
        look = self._looks[-1]
        if kind == "table":
            self._open_table(look)
        elif table is None:
            self._break(kind)
        elif kind == "tr":
            self._close_cell(table)
            table.builder.start_row(hidden=look.gone and not table.look.gone)
        elif kind in ("td", "th"):
            self._close_cell(table)
            table.cell = _Text()
            table.columns = _span(element.get("colspan"), _MOST_COLUMNS_OF_CELL, 1)
            table.rows = _span(element.get("rowspan"), _MOST_ROWS_OF_CELL, _MOST_ROWS_OF_CELL)
            table.gone = look.gone and not self._looks[-2].gone
            table.around = look
        elif kind in ("col", "colgroup"):
            self._describe(table, kind, element, look)
        elif kind == "caption":
            table.caption = _Text()
            table.around = table.look
        else:
            self._break(kind)

    def _describe(self, table: _Open, kind: str, element: Any, look: Look) -> None:
        """Take a column, or a group of columns that has none of its own, which may be hidden."""
        if kind == "colgroup" and any(local(inner) == "col" for inner in element):
            return
        count = _span(element.get("span"), _MOST_COLUMNS_OF_CELL, 1)
        if (look.gone and not table.look.gone) or (look.unseen and not table.look.unseen):
            table.builder.hide_columns(table.described, count)
        table.described += count

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

    def _open_table(self, look: Look) -> None:
        name = _("table {n}").format(n=len(self._builders) + 1)
        builder = TableBuilder(self._path, name, self._budget, [])
        if not self._tables:
            self._lead(self._outside, builder)
            self._outside = _Text()
        self._builders.append((builder, look.gone))
        self._tables.append(_Open(builder, look=look))

    def _lead(self, text: _Text, builder: TableBuilder) -> None:
        for shown, whole in text.leads():
            self._budget.spend(1)
            builder.add_lead(shown, whole)

    def _close_cell(self, table: _Open) -> None:
        if table.cell is not None:
            whole = table.cell.whole()
            text = "" if table.gone else table.cell.lines()
            table.builder.add_cell(text, table.columns, table.rows, whole=whole, gone=table.gone)
            table.cell = None

    def _add(self, text: str | None) -> None:
        target = self._target()
        if text and target is not None:
            target.pieces.append((text, self._seen()))

    def _break(self, kind: str) -> None:
        target = self._target()
        if kind in _BLOCKS and target is not None:
            target.pieces.append((None, True))

    def _seen(self) -> bool:
        """Whether text is seen here. Of a table, a row or a cell that is gone as a whole the text
        is kept: they are hidden themselves."""
        look = self._looks[-1] if self._looks else Look()
        gone = look.gone and not (self._tables and self._tables[-1].around.gone)
        return not (look.unseen or look.struck or gone)

    def _target(self) -> _Text | None:
        """Where text goes: what stands in a table, but in no cell of it, goes nowhere."""
        if not self._tables:
            return self._outside
        return self._tables[-1].cell or self._tables[-1].caption


def _span(value: str | None, most: int, for_zero: int) -> int:
    """A span as browsers take it: 0 means all that is left, nonsense means 1."""
    digits = re.match(r"\s*(\d{1,9})", value or "")
    return min(int(digits.group(1)), most) or for_zero if digits else 1
