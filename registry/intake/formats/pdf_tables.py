"""PDF files: the tables whose lines are drawn, each page's a sheet of its own.

Texts above a table become rows of one cell on top of it, with the row number 0; a table that goes
on overleaf begins anew there, with its header if the file repeats it. Lines that were broken for
their width are joined. Reading needs the optional pdfplumber.
"""

from __future__ import annotations

import logging
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    library_errors_refused,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.pdf_lines import Line, cell_text, lines_of, paragraphs
from registry.intake.formats.table_builder import LEAD
from registry.intake.grid import Sheet, Span, fill_spans
from registry.intake.problems import InputError, refuse
from registry.locale import _

MOST_PAGES: Final = 2_000
_MAX_EXPANDED: Final = 512 << 20
_BLOCK: Final = 1 << 20
_NEAR: Final = 1.0
"""Points by which two lines may differ and yet be the same."""
_PAGE_NUMBER: Final = re.compile(
    r"[\s—–-]*(?:第\s*)?\d+(?:\s*页)?(?:\s*[/共]\s*\d+\s*页?)?[\s—–-]*"
)
_WIDEST_MARGIN: Final = 12.0
_Box = tuple[float, float, float, float]
MAX_OPERATIONS: Final = 50_000
"""What one stream of a page may draw: each becomes an object of a kilobyte, and lines are compared
with each other."""
_OPERATION: Final = re.compile(
    rb"(?<=[\s)\]>])(?:l|c|v|y|re|Tj|TJ|'|\")(?=[\s(<\[]|$)|(?<=\s)Do(?=\s)"
)
_STREAM: Final = re.compile(rb"stream\r?\n(?=[\x08-\x78])")


def read(path: Path) -> list[Sheet]:
    """Every table of the file, page by page."""
    try:
        import pdfplumber
    except ImportError:
        refuse(
            path,
            _("PDF files are read only where pdfplumber is installed"),
            _('Run pip install "delegated-authority-registry[pdf]", or save the table as xlsx.'),
        )
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with library_errors_refused(path):
        _check_streams(path)
        try:
            with pdfplumber.open(path) as document:
                return require_text(path, _read(path, document))
        except InputError:
            raise
        except Exception as error:
            if "password" in repr(error).lower():
                refuse_encrypted(path)
            raise


def _check_streams(path: Path) -> None:
    """Refuse what unpacks without end: pdfminer unpacks each stream at one go."""
    data = path.read_bytes()
    left = _MAX_EXPANDED
    for match in _STREAM.finditer(data):
        inflater = zlib.decompressobj()
        at, operations = match.end(), 0
        try:
            while not inflater.eof and at < len(data):
                raw = data[at : at + (1 << 16)]
                at += len(raw)
                while raw and not inflater.eof:
                    block = inflater.decompress(raw, _BLOCK)
                    left -= len(block)
                    operations += len(_OPERATION.findall(block))
                    if operations > MAX_OPERATIONS:
                        refuse(
                            path,
                            _("a page draws more than {n:,} lines, boxes or texts").format(
                                n=MAX_OPERATIONS
                            ),
                            _("Give the list as a workbook (xlsx)."),
                        )
                    raw = inflater.unconsumed_tail
                    if left < 0:
                        refuse(
                            path,
                            _("the file unpacks to more than {size} MB").format(
                                size=_MAX_EXPANDED >> 20
                            ),
                            _("Split it into smaller files, and take pictures out."),
                        )
        except zlib.error:
            continue  # not packed this way


def _read(path: Path, document: Any) -> list[Sheet]:
    pages = document.pages
    if len(pages) > MOST_PAGES:
        refuse(
            path,
            _("the file has more than {most} pages").format(most=MOST_PAGES),
            _("Split it into smaller files."),
        )
    budget = CellBudget(path)
    sheets: list[Sheet] = []
    leads: list[str] = []
    written = False
    for page in pages:
        written = written or bool(page.chars)
        tables = sorted(page.find_tables(), key=lambda table: (table.bbox[1], table.bbox[0]))
        lines = _lines_outside(page, tables)
        for n, table in enumerate(tables, start=1):
            leads += [text for top, text in lines if top < table.bbox[1]]
            lines = [(top, text) for top, text in lines if top >= table.bbox[1]]
            name = (
                _("page {page}").format(page=page.page_number)
                if n == 1
                else _("page {page} table {n}").format(page=page.page_number, n=n)
            )
            sheets.append(_sheet(path, name, table, leads, budget))
            leads = []
        leads += [text for _top, text in lines]
        page.close()
    if not sheets:
        _without_tables(path, written)
    return sheets


def _without_tables(path: Path, written: bool) -> NoReturn:
    if written:
        refuse(
            path,
            _("the file holds no table whose lines are drawn"),
            _("Give the list as a workbook (xlsx)."),
        )
    refuse(
        path,
        _("the file holds pictures of pages, and no text"),
        _("Give the list as a workbook (xlsx), or have the text recognised first."),
    )


def _lines_outside(page: Any, tables: list[Any]) -> list[tuple[float, str]]:
    """Texts that stand in no table, from top to bottom; page numbers are left out."""
    boxes = [table.bbox for table in tables]

    def outside(thing: dict[str, Any]) -> bool:
        if thing.get("object_type") != "char":
            return False
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    lines = [
        line
        for line in lines_of(page.filter(outside).chars)
        if not _PAGE_NUMBER.fullmatch(line.text)
    ]
    right = max([*(box[2] for box in boxes), *(line.right for line in lines)], default=0.0)
    return paragraphs(lines, right)


def _sheet(path: Path, name: str, table: Any, leads: list[str], budget: CellBudget) -> Sheet:
    """A table. Its cells are boxes: each gives its text to every place that it covers."""
    columns = _edges([box[0] for box in table.cells])
    tops = _edges([box[1] for box in table.cells])
    check_extent(path, len(tops), len(columns), name)
    budget.spend((len(columns) + 1) * len(tops) + len(leads))
    rows = [[text] for text in leads] + [[""] * len(columns) for _top in tops]
    spans: list[Span] = []
    found = list(_cells(table))
    # Beside the widest line of a table there is nothing but the margin of its cells.
    margin = min((line.left - box[0] for box, lines in found for line in lines), default=0.0)
    margin = min(max(margin, 0.0), _WIDEST_MARGIN)
    for (x0, y0, x1, y1), lines in found:
        left, top = _place(columns, x0), _place(tops, y0) + len(leads)
        right = max(_place(columns, x1) - 1, left)
        bottom = max(_place(tops, y1) - 1 + len(leads), top)
        rows[top][left] = cell_text(lines, x1 - x0 - 2 * margin)
        if right > left or bottom > top:
            spans.append(Span(top, left, bottom, right))
    fill_spans(rows, spans)
    numbers = [LEAD] * len(leads) + list(range(1, len(tops) + 1)) if leads else None
    return Sheet(name, rows, spans, numbers, page=True)


def _cells(table: Any) -> Iterator[tuple[_Box, list[Line]]]:
    """The boxes of a table's cells, with the lines inside them."""
    chars = table.page.chars
    for row in table.rows:
        of_row = _inside(chars, row.bbox)
        for box in row.cells:
            if box is not None:
                yield box, lines_of(_inside(of_row, box))


def _inside(chars: list[dict[str, Any]], box: _Box) -> list[dict[str, Any]]:
    """The characters whose middle lies in a box."""
    x0, top, x1, bottom = box
    return [
        char
        for char in chars
        if x0 <= (char["x0"] + char["x1"]) / 2 < x1
        and top <= (char["top"] + char["bottom"]) / 2 < bottom
    ]


def _edges(values: list[float]) -> list[float]:
    """Where columns or rows begin; values that hardly differ are one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _place(edges: list[float], value: float) -> int:
    """The number of edges that lie clearly before this value."""
    return bisect_left(edges, value - _NEAR)
