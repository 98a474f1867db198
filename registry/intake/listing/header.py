"""Finds the header of a list, of one row or of two, and what its columns give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from registry.intake import header
from registry.intake.grid import Sheet
from registry.intake.listing.fields import Field, recognise

_NAMES: Final = ("name", "main_name", "sub_name")

Column: TypeAlias = header.Column[Field]
Header: TypeAlias = header.Header[Field]


def find_header(sheet: Sheet, maps: Mapping[str, Field]) -> Header | None:
    """The header of a sheet, or None. `maps`: header → field, said by a person, goes first.

    Of several rows that could be one, that which names most fields; it has to name the items.
    """
    return header.find_header(sheet, _LISTS, maps)


def read_header(sheet: Sheet, row: int, maps: Mapping[str, Field]) -> Header | None:
    """The header that one row is, if it is one."""
    return header.read_header(sheet, row, row, _LISTS, maps)


def _is_whole(fields: frozenset[Field]) -> bool:
    """Two fields, one of them the name."""
    return len(fields) > 1 and not fields.isdisjoint(_NAMES)


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


_LISTS: Final = header.Vocabulary[Field](recognise, _is_whole, _name_and_main)
