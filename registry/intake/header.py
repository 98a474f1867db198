"""Finds the header of a table, of one row or of two, and what its columns give.

What the columns of one kind of table are called is a `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from registry.intake.grid import Sheet, column_letters, rows_with_text
from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import header_key

F = TypeVar("F", bound=str)
"""The fields that columns give."""

DEPTH: Final = 60
"""Rows with text in which a header is looked for: cover pages and titles are shorter."""


@dataclass(frozen=True)
class Column(Generic[F]):
    """A column of a table. `field` is None where it is not read; `instead`: of the column that
    gives the field which this one would have given as well."""

    index: int
    header: str
    field: F | None
    instead: str | None = None

    @property
    def letters(self) -> str:
        """As spreadsheets name it."""
        return column_letters(self.index)


@dataclass(frozen=True)
class Header(Generic[F]):
    """Where the header stands, rows counted from 0, and its columns, from left to right."""

    first: int
    last: int
    columns: tuple[Column[F], ...]
    texts: tuple[str, ...]
    """What its last row says, for knowing it again after a page break."""

    @property
    def fields(self) -> dict[F, Column[F]]:
        """The columns that are read, by field."""
        return {c.field: c for c in self.columns if c.field}


@dataclass(frozen=True)
class Vocabulary(Generic[F]):
    """What one kind of table calls its columns.

    `recognise`: the field that a header names, and how far down the preferences it stands;
    `is_whole`: whether fields are enough for a header; `settle`: column → field, put right once
    all are known; `strict`: below a header that spans nothing, nothing else may stand in a header
    of two rows, so that a first row of values is never taken for one.
    """

    recognise: Callable[[str], tuple[F, int] | None]
    is_whole: Callable[[frozenset[F]], bool]
    settle: Callable[[dict[int, F]], dict[int, F]] = lambda fields: fields
    strict: bool = False


def find_header(
    sheet: Sheet, words: Vocabulary[F], maps: Mapping[str, F] | None = None
) -> Header[F] | None:
    """The header of a sheet, or None. `maps`: header → field, said by a person, goes first.

    Of several rows that could be one, that which names most fields.
    """
    best: Header[F] | None = None
    for row, _cells in islice(rows_with_text(sheet), DEPTH):
        for last in (row, row + 1):
            found = read_header(sheet, row, last, words, maps or {})
            if found and (best is None or len(found.fields) > len(best.fields)):
                best = found
    return best


def read_header(
    sheet: Sheet, first: int, last: int, words: Vocabulary[F], maps: Mapping[str, F]
) -> Header[F] | None:
    """The header that stands in these rows, if they are one."""
    if last >= len(sheet.rows):
        return None
    paths = [list(map(clean, sheet.rows[row])) for row in range(first, last + 1)]
    width = max(map(len, paths))
    for texts in paths:
        texts += [""] * (width - len(texts))
    if first != last:
        _spread(*paths)
    levels = list(zip(*paths, strict=True))
    if first != last and not _has_two_levels(levels, strict=words.strict):
        return None
    labelled = [_label(level, words, maps) for level in levels]
    fields = _choose(labelled, words)
    if not words.is_whole(frozenset(fields.values())):
        return None
    giver = {field: column_letters(index) for index, field in fields.items()}
    columns = tuple(
        Column(index, header, fields.get(index), giver.get(found[0]) if found else None)
        if index not in fields
        else Column(index, header, fields[index])
        for index, (header, found) in enumerate(labelled)
        if header
    )
    return Header(first, last, columns, tuple(paths[-1]))


def _spread(upper: list[str], lower: list[str]) -> None:
    """Where a file can't merge cells, an upper header reaches as far as there are lower ones."""
    for index in range(1, len(upper)):
        if not upper[index] and lower[index] and lower[index - 1]:
            upper[index] = upper[index - 1]


def _has_two_levels(levels: list[tuple[str, ...]], *, strict: bool) -> bool:
    """Whether an upper header spans several lower ones that differ; a title spans all of them."""
    if len({top for top, _bottom in levels if top}) < 2:
        return False
    upper: dict[str, set[str]] = {}
    for top, bottom in levels:
        if top and bottom and top != bottom:
            upper.setdefault(top, set()).add(bottom)
    spans = any(len(lower) > 1 for lower in upper.values())
    if strict:
        return spans and all(
            not bottom or top == bottom or not top or len(upper[top]) > 1 for top, bottom in levels
        )
    return spans or any(top and not bottom for top, bottom in levels)


def _label(
    level: tuple[str, ...], words: Vocabulary[F], maps: Mapping[str, F]
) -> tuple[str, tuple[F, int] | None]:
    """A column's header as people say it, `上级/下级`, and the field that it names."""
    parts = list(dict.fromkeys(filter(None, level)))
    header = "/".join(parts)
    for name in (header, *reversed(parts)):
        for mapped, field in maps.items():
            if header_key(mapped) == header_key(name):
                return header, (field, -1)
    for name in (*reversed(parts), "".join(parts)):
        if found := words.recognise(name):
            return header, found
    return header, None


def _choose(labelled: list[tuple[str, tuple[F, int] | None]], words: Vocabulary[F]) -> dict[int, F]:
    """Column → field, each field once: the preferred header's, and of equals the leftmost."""
    best: dict[F, tuple[int, int]] = {}
    for index, (_header, found) in enumerate(labelled):
        if found:
            field, rank = found
            best[field] = min(best.get(field, (rank, index)), (rank, index))
    return words.settle({index: field for field, (_rank, index) in best.items()})
