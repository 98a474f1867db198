"""Columns that are headed by a value of a field, and say by a sign whether an item has it: 权限
over 全部 and 部分, 赋权方式 over each of the modes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean, clean_text, is_nothing
from registry.intake.listing.fields import Field
from registry.intake.listing.header import Header
from registry.intake.listing.signs import holds_ticks, no_sign, ticked
from registry.intake.listing.value_headers import value_of_header
from registry.locale import _


class ValueColumn(NamedTuple):
    """A column, counted from 0, the field whose value heads it, and that value."""

    column: int
    field: Field
    value: str


def value_columns(
    header: Header, sheet: Sheet, start: int, modes: Collection[str]
) -> tuple[ValueColumn, ...]:
    """The columns, from row `start` on, that are headed by a value; where nothing stands over it,
    those that hold signs. What another column gives, they don't."""
    found = []
    for column in header.columns:
        if column.field or column.ignored or column.second:
            continue
        parts = [part for part in column.header.split("/") if part]
        headed = value_of_header(parts, modes)
        if headed is None or headed[0] in header.fields:
            continue
        if len(parts) > 1 or holds_ticks(sheet, start, column.index):
            found.append(ValueColumn(column.index, *headed))
    return tuple(found)


class Said(NamedTuple):
    """What a row says in such columns, by field; and faults, each with its column."""

    says: dict[str, str]
    faults: list[tuple[int, tuple[str, str]]]


def said_by_signs(columns: Sequence[ValueColumn], cells: Sequence[str]) -> Said:
    """Read the signs of a row. What stands under 部分 instead of a sign says which part it is."""
    says: dict[str, str] = {}
    faults: list[tuple[int, tuple[str, str]]] = []
    for column in columns:
        text = clean(cells[column.column])
        said = ticked(text)
        if said is False or is_nothing(text):
            continue
        if said is None and column.field == "scope":
            says["remark"] = clean_text(cells[column.column])
        elif said is None and text != column.value:
            faults.append((column.column, no_sign(text)))
            continue
        if column.field in says:
            what = _("the signs say both {one} and {other}").format(
                one=says[column.field], other=column.value
            )
            faults.append((column.column, (what, _("Take one of them out."))))
        else:
            says[column.field] = column.value
    return Said(says, faults)
