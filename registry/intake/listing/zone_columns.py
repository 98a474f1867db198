"""Columns that are headed by a zone, and say by a sign whether an item goes to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Final, NamedTuple

from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean, names_text
from registry.intake.listing.header import Column, Header
from registry.intake.listing.listing import Fault
from registry.intake.listing.signs import filled_cells, no_sign, ticked
from registry.intake.listing.zone_headers import zone_of_header
from registry.locale import _, list_separator
from registry.text import shell_word

_LIKE_A_ZONE: Final = re.compile(
    r"(?:开发区|高新区|经开区|新区|园区|示范区|保税区|度假区|试验区|功能区|管委会|产业园|工业园|[东西南北][区园])$"
    r"|^(?!.*(?:是否|跨|非)).{1,8}(?:县|区|市|镇|乡|街道)$"
)
_BODY_OF: Final = re.compile(
    r"(?:的)?(?:承接|接收|实施|行使|责任|主管)?(?:部门|单位|机构|主体|机关)(?:名称)?$"
)
_LOOKED_AT: Final = 50
_LONGEST: Final = 20
"""Characters of a name, at the most, that heads a column of signs."""


def looks_like_zone(name: str) -> bool:
    """Whether a name is like those of zones, where nobody says which there are."""
    return len(name) <= _LONGEST and _LIKE_A_ZONE.search(name) is not None


class ZoneColumn(NamedTuple):
    """A column, counted from 0, and the zone as its header names it."""

    column: int
    zone: str


def zone_columns(
    header: Header, is_zone: Callable[[str], bool] | None
) -> tuple[tuple[ZoneColumn, ...], tuple[ZoneColumn, ...]]:
    """The columns that are headed by a zone; and those that only look so."""
    if is_zone is None:
        return (), ()
    known, others = [], []
    for column in header.columns:
        if column.field or column.ignored or column.second:
            continue
        parts = [part for part in column.header.split("/") if part]
        named = (zone_of_header(part, is_zone) for part in reversed(parts))
        name = next(filter(None, named), None)
        if name:
            known.append(ZoneColumn(column.index, name))
        elif parts and looks_like_zone(parts[-1]):
            others.append(ZoneColumn(column.index, parts[-1]))
    return tuple(known), tuple(others)


class Ticks(NamedTuple):
    """What a row says in the columns of zones: the zones that it goes to; what the cells say beside
    yes and no, by field; faults and cautions, each with its column."""

    zones: list[str]
    says: dict[str, str]
    faults: list[tuple[int, tuple[str, str]]]
    cautions: list[tuple[int, tuple[str, str]]]


def ticked_zones(
    columns: Sequence[ZoneColumn], cells: Sequence[str], modes: Collection[str]
) -> Ticks:
    """Read the signs of a row. A mode, or how much goes there, may stand in place of a sign."""
    zones: list[str] = []
    faults: list[tuple[int, tuple[str, str]]] = []
    cautions: list[tuple[int, tuple[str, str]]] = []
    words: dict[str, set[str]] = {"mode": set(), "scope": set()}
    for column in columns:
        text = clean(cells[column.column])
        said = ticked(text)
        named = [mode for mode in modes if mode in text]
        if said is None and len(named) == 1:
            said = True
            words["mode"].add(named[0])
        if text in ("全部", "部分"):
            words["scope"].add(text)
            if text == "部分":
                what = _("“部分” was read as a sign, and as the scope of the item")
                remedy = _("Say in the remark what is left to the department.")
                cautions.append((column.column, (what, remedy)))
        if said is None:
            faults.append((column.column, no_sign(text)))
        elif said:
            zones.append(column.zone)
    for found in words.values():
        if len(found) > 1:
            what = _("the zones of one item have different modes or scopes: {values}").format(
                values=list_separator().join(sorted(found))
            )
            remedy = _("Give each its own row.")
            faults.append((columns[0].column, (what, remedy)))
    says = {field: found.pop() for field, found in words.items() if len(found) == 1}
    return Ticks(zones, says, faults, cautions)


def bodies_of_zones(
    header: Header, is_zone: Callable[[str], bool] | None
) -> list[tuple[Column, str]]:
    """The columns that nothing reads, and that name bodies of one zone; with the zone."""
    if is_zone is None:
        return []
    return [
        (column, zone)
        for column in header.columns
        if not (column.field or column.ignored or column.second)
        and (zone := _BODY_OF.sub("", lowest := column.header.split("/")[-1])) != lowest
        and zone
        and is_zone(zone)
    ]


def unread_zones(
    header: Header, sheet: Sheet, start: int, is_zone: Callable[[str], bool] | None
) -> list[Column]:
    """The columns that nothing reads, and whose cells name zones all the same."""
    if is_zone is None:
        return []
    return [
        column
        for column in header.columns
        if not (column.field or column.ignored or column.second or column.apart)
        and (said := list(islice(filled_cells(sheet, start, column.index), _LOOKED_AT)))
        and all(is_zone(part) for text in said for part in names_text(text).split("、"))
    ]


def unknown_zone(sheet: int, header: Header, column: ZoneColumn) -> Fault:
    """The fault of a column that is ticked for a zone which nobody knows."""
    option = shell_word(f"{column.zone}=ZONE")
    ignored = shell_word(f"{column.zone}=ignore")
    return Fault(
        *(sheet, max(header.last, 0), column.column),
        _("“{name}” heads a column of signs as a zone does, and is no delegate here").format(
            name=column.zone
        ),
        _("Say which zone it is: --alias {option}; or leave it out: --map {ignored}.").format(
            option=option, ignored=ignored
        ),
    )
