"""Where the lists of a file begin and go on, sheet by sheet, and what of them people see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.intake.grid import Sheet, column_letters
from registry.intake.listing.cleaning import texts_of
from registry.intake.listing.fields import Field, header_key
from registry.intake.listing.header import Header, find_header
from registry.intake.listing.listing import Fault, Listing, Skipped
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.numbering import FIRST, Prefix, Row, may_be_numbered, running
from registry.intake.listing.pages import join_across_pages
from registry.locale import _, list_separator

_SHOWN: Final = 30
"""Characters of a hidden text that are told."""


@dataclass(frozen=True)
class Part:
    """A sheet as a part of a list. `sheet`: what people see of it; `header`: its own, or None;
    `anew`: a list begins with it; `read`: whether it is of any."""

    sheet: Sheet
    header: Header | None
    anew: bool
    read: bool


def parts_of(listing: Listing, maps: Mapping[str, Field], known: KnownNames) -> list[Part]:
    """What each sheet is; what is hidden in those that are read is told as a caution.

    A sheet without a header goes on from the one before, if it is as wide.
    """
    parts: list[Part] = []
    current: Header | None = None
    current_width = 0
    page = False
    for index, sheet in enumerate(listing.sheets):
        seen = sheet.without_hidden_columns()
        header = None if sheet.hidden else find_header(seen.without_hidden_rows(), maps, known)
        width = max(map(len, sheet.rows), default=0)
        listing.headers.append(header)
        if header:
            again = current is not None and _same(header, current)
            parts.append(Part(seen, header, not (again and page and sheet.page), True))
            current, current_width = header, width
        else:
            goes_on = not sheet.hidden and current is not None and width == current_width
            parts.append(Part(seen, None, False, goes_on))
        if index and current is not None and parts[-1].read and not parts[-1].anew:
            _join(listing, index, current, header.last + 1 if header else 0)
        page = sheet.page
        if parts[-1].read:
            _tell_hidden(listing, index, header)
    return parts


def _join(listing: Listing, index: int, header: Header, first: int) -> None:
    """Join a row to its rest on the next page, and account for that."""
    above, below = listing.sheets[index - 1 : index + 1]
    if joined := join_across_pages(above, below, header, first):
        row, rest = joined
        listing.rows += 1
        listing.skipped.append(Skipped(index, row, "continued", " ".join(texts_of(rest))))


def own_numbers(parts: list[Part], name: str) -> dict[tuple[int, int], Prefix]:
    """The names, in the columns of a field, that begin with a number of their list's own: by sheet
    and row."""
    found: dict[tuple[int, int], Prefix] = {}
    lists: list[list[tuple[int, Part, Header]]] = []
    header: Header | None = None
    for index, part in enumerate(parts):
        header = part.header or header
        if part.read and header:
            if part.anew or not lists:
                lists.append([])
            lists[-1].append((index, part, header))
    for one in lists:
        if _may_be_numbered(one, name):
            found |= running(
                [Row((s, r), n, text, cells) for s, r, text, n, cells in _names(one, name)]
            )
    return found


def _may_be_numbered(one: list[tuple[int, Part, Header]], name: str) -> bool:
    """Whether any row of a list begins as one with a number in front; most lists have none."""
    for _index, part, header in one:
        column = header.fields.get(name)  # type: ignore[call-overload]
        if column is None:
            continue
        at = column.index
        for cells in part.sheet.rows:
            if len(cells) > at and cells[at][:1] in FIRST and may_be_numbered(cells[at]):
                return True
    return False


def _names(
    one: list[tuple[int, Part, Header]], name: str
) -> Iterator[tuple[int, int, str, str, list[str]]]:
    """Sheet, row, name, number and cells of every row of a list that has a text for a name."""
    for index, part, header in one:
        column = header.fields.get(name)  # type: ignore[call-overload]
        if column is None:
            continue
        at = column.index
        seq = header.fields["seq"].index if "seq" in header.fields else -1
        first = part.header.last + 1 if part.header else 0
        rows = part.sheet.rows
        for row in range(first, len(rows)):
            cells = rows[row]
            if len(cells) > at and (text := cells[at]):
                yield index, row, text, cells[seq] if -1 < seq < len(cells) else "", cells


def _same(header: Header, other: Header) -> bool:
    return [*map(header_key, header.texts)] == [*map(header_key, other.texts)]


def _tell_hidden(listing: Listing, index: int, header: Header | None) -> None:
    """Take down what was left out of a sheet because nobody sees it."""
    sheet = listing.sheets[index]
    remedy = _("--hidden reads what is hidden as well.")
    rows = sorted(
        row for row in sheet.hidden_rows if row < len(sheet.rows) and any(sheet.rows[row])
    )
    if rows:
        what = _("{n:,} hidden rows were left out").format(n=len(rows))
        listing.cautions.append(Fault(index, rows[0], None, what, remedy))
    columns = sorted(
        column
        for column in sheet.hidden_columns
        if any(column < len(cells) and cells[column].strip() for cells in sheet.rows)
    )
    if columns:
        letters = list_separator().join(map(column_letters, columns))
        what = _("hidden columns were left out: {columns}").format(columns=letters)
        row = max(header.last, 0) if header else 0
        listing.cautions.append(Fault(index, row, columns[0], what, remedy))
    for (row, column), whole in sorted(sheet.concealed.items()):
        shown = " ".join(whole.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
        what = _("what is hidden or struck through in “{text}” was left out").format(text=shown)
        listing.cautions.append(Fault(index, row, column, what, remedy))
