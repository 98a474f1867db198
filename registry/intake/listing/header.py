"""Finds the header of a list, of one row or of two, and what its columns give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from registry.intake.grid import Sheet, column_letters, rows_with_text
from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import Field, header_key, recognise

_DEPTH: Final = 60
"""Rows with text in which a header is looked for: cover pages and titles are shorter."""

_NAMES: Final = ("name", "main_name", "sub_name")


@dataclass(frozen=True)
class Column:
    """A column of a list. `field` is None where it is not read; `instead`: of the column that
    gives the field which this one would have given as well."""

    index: int
    header: str
    field: Field | None
    instead: str | None = None

    @property
    def letters(self) -> str:
        """As spreadsheets name it."""
        return column_letters(self.index)


@dataclass(frozen=True)
class Header:
    """Where the header stands, rows counted from 0, and its columns, from left to right."""

    first: int
    last: int
    columns: tuple[Column, ...]
    texts: tuple[str, ...]
    """What its last row says, for knowing it again after a page break."""

    @property
    def fields(self) -> dict[Field, Column]:
        """The columns that are read, by field."""
        return {c.field: c for c in self.columns if c.field}


def find_header(sheet: Sheet, maps: Mapping[str, Field]) -> Header | None:
    """The header of a sheet, or None. `maps`: header → field, said by a person, goes first.

    Of several rows that could be one, that which names most fields; it has to name the items.
    """
    best: Header | None = None
    for row, _cells in islice(rows_with_text(sheet), _DEPTH):
        for found in (read_header(sheet, row, maps), _read(sheet, row, row + 1, maps)):
            if found and (best is None or len(found.fields) > len(best.fields)):
                best = found
    return best


def read_header(sheet: Sheet, row: int, maps: Mapping[str, Field]) -> Header | None:
    """The header that one row is, if it is one."""
    return _read(sheet, row, row, maps)


def _read(sheet: Sheet, first: int, last: int, maps: Mapping[str, Field]) -> Header | None:
    """The header that stands in these rows, if they are one: two fields, one of them the name."""
    if last >= len(sheet.rows):
        return None
    paths = [list(map(clean, sheet.rows[row])) for row in range(first, last + 1)]
    width = max(map(len, paths))
    for texts in paths:
        texts += [""] * (width - len(texts))
    if first != last:
        _spread(*paths)
    levels = list(zip(*paths, strict=True))
    if first != last and not _has_two_levels(levels):
        return None
    labelled = [_label(level, maps) for level in levels]
    fields = _choose(labelled)
    if len(set(fields.values())) < 2 or not set(_NAMES) & set(fields.values()):
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


def _has_two_levels(levels: list[tuple[str, ...]]) -> bool:
    """Whether an upper header spans several lower ones that differ; a title spans all of them."""
    if len({top for top, _bottom in levels if top}) < 2:
        return False
    upper: dict[str, set[str]] = {}
    for top, bottom in levels:
        if top and bottom and top != bottom:
            upper.setdefault(top, set()).add(bottom)
    return any(len(lower) > 1 for lower in upper.values()) or any(
        top and not bottom for top, bottom in levels
    )


def _label(
    level: tuple[str, ...], maps: Mapping[str, Field]
) -> tuple[str, tuple[Field, int] | None]:
    """A column's header as people say it, `上级/下级`, and the field that it names."""
    parts = list(dict.fromkeys(filter(None, level)))
    header = "/".join(parts)
    for name in (header, *reversed(parts)):
        for mapped, field in maps.items():
            if header_key(mapped) == header_key(name):
                return header, (field, -1)
    for name in (*reversed(parts), "".join(parts)):
        if found := recognise(name):
            return header, found
    return header, None


def _choose(labelled: list[tuple[str, tuple[Field, int] | None]]) -> dict[int, Field]:
    """Column → field, each field once: the preferred header's, and of equals the leftmost."""
    best: dict[Field, tuple[int, int]] = {}
    for index, (_header, found) in enumerate(labelled):
        if found:
            field, rank = found
            best[field] = min(best.get(field, (rank, index)), (rank, index))
    chosen = {index: field for field, (_rank, index) in best.items()}
    return _name_and_main(chosen)


def _name_and_main(fields: dict[int, Field]) -> dict[int, Field]:
    """主项名称 beside 事项名称 makes the latter the sub-item's; alone it names the item."""
    by_field = {field: index for index, field in fields.items()}
    if "main_name" in by_field:
        if "sub_name" in by_field and "name" not in by_field:
            fields[by_field["main_name"]] = "name"
        elif "name" in by_field and "sub_name" not in by_field:
            fields[by_field["name"]] = "sub_name"
            fields[by_field["main_name"]] = "name"
        elif "name" not in by_field:
            fields[by_field["main_name"]] = "name"
    elif "sub_name" in by_field and "name" not in by_field:
        fields[by_field["sub_name"]] = "name"
    return fields
