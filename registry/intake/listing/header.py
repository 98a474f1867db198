"""Finds the header of a list, of one row or of two, and what its columns give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from registry.intake import header
from registry.intake.grid import Sheet
from registry.intake.listing.fields import Field, recognise
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.value_headers import value_of_header
from registry.intake.listing.zone_headers import zone_of_header

_NAMES: Final = ("name", "main_name", "sub_name")

Column: TypeAlias = header.Column[Field]
Header: TypeAlias = header.Header[Field]
_NOBODY: Final = KnownNames()


def find_header(
    sheet: Sheet, maps: Mapping[str, Field], known: KnownNames = _NOBODY
) -> Header | None:
    """The header of a sheet, or None. `maps`: header → field, said by a person, goes first;
    `known`: zones and modes, which may head columns of signs.

    Of several rows that could be one, that which names most fields; it has to name the items.
    """
    return header.find_header(sheet, _words(known), maps)


def read_header(
    sheet: Sheet, row: int, maps: Mapping[str, Field], known: KnownNames = _NOBODY
) -> Header | None:
    """The header that one row is, if it is one."""
    return header.read_header(sheet, row, row, _words(known), maps)


def best_guess(sheet: Sheet) -> tuple[int, dict[int, Field]] | None:
    """The row that names most fields without being a header, and those by column; None if none."""
    return header.best_guess(sheet, _LISTS)


def _is_whole(fields: frozenset[Field]) -> bool:
    """Two fields, one of them the name."""
    return len(fields - {"ignore"}) > 1 and not fields.isdisjoint(_NAMES)


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


def _words(known: KnownNames) -> header.Vocabulary[Field]:
    """What lists call their columns, some of which may be headed by zones, or by values."""
    is_zone = known.is_zone

    def apart(parts: Sequence[str]) -> bool:
        if is_zone and any(zone_of_header(part, is_zone) for part in parts):
            return True
        if len(parts) > 1 and value_of_header(parts, known.modes):
            return True
        # 承接主体 over 滨河新区: the column is the latter's, and does not name zones.
        return len(parts) > 1 and recognise(parts[-1]) is None and _is_zones(parts[0])

    return replace(_LISTS, apart=apart)


def _is_zones(text: str) -> bool:
    found = recognise(text)
    return found is not None and found[0] == "zones"


_LISTS: Final = header.Vocabulary[Field](
    recognise, _is_whole, _name_and_main, leading="name", ignore="ignore"
)
