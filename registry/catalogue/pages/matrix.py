"""The delegated items × zones at a glance: what each zone may do of each item, and whether yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final, NamedTuple

from registry.catalogue.pages.acts import shown_acts
from registry.locale import N_, _
from registry.locale.labels import value_label
from registry.site.pages import Row, rows

MAX_ITEMS: Final = 60
"""Items of one instrument that are shown; of more, these and a link to all."""
MAX_ZONES: Final = 4
"""Zones that have a column each; of more, a cell counts them."""
_SPLIT_FROM: Final = 12
"""Items from which on they stand in two columns, where there is room."""

_DELEGATED: Final = """
  WITH shown AS (
    SELECT id, no, instrument, row_number() OVER (PARTITION BY instrument ORDER BY no) AS place
    FROM items WHERE annex_role = 'delegated'
  )
  SELECT d.*, i.no AS item_no, n.number
  FROM shown AS i
  CROSS JOIN delegations AS d -- in this order: few of them are of items that are shown
  JOIN instrument AS n ON n.id = i.instrument
  WHERE i.place <= :most AND d.item = i.id AND d.annex_role = 'delegated'
  ORDER BY d.no
"""
_COUNTS: Final = """
  SELECT instrument, count(*) AS n FROM items WHERE annex_role = 'delegated' GROUP BY 1
"""

_KINDS: Final = {
    "whole": N_("may do all of it"),
    "part": N_("may do a part of it, up to the act named"),
    "wait": N_("may not yet"),
    "over": N_("may no longer, or not now"),
    "open": N_("undetermined"),
}
"""Kind of cell → what it means, in the order of the legend."""
_NOT_YET: Final = ("尚未生效", "待签协议")
_UP_TO: Final = {
    "receive": N_("receives"),
    "accept": N_("accepts"),
    "examine": N_("examines"),
    "decide": N_("decides"),
    "issue": N_("issues"),
    "implement": N_("carries out"),
}
"""Act → what a zone does that may do it, as a cell says it."""


class Cell(NamedTuple):
    """How a zone stands to an item: one of _KINDS, and a word for it; `n`: of how many zones."""

    kind: str
    text: str
    n: int = 1


class Line(NamedTuple):
    """An item with a cell for each zone; None where it is not conferred on one."""

    id: str
    name: str
    cells: tuple[Cell | None, ...]


class Matrix(NamedTuple):
    """One instrument's. `zones`: id and Chinese short name; none where cells count them. `halves`:
    the lines, in as many tables as stand beside each other; `total`: how many items there are."""

    instrument: str
    number: str
    zones: tuple[tuple[str, str], ...]
    halves: tuple[tuple[Line, ...], ...]
    total: int
    shown: int


async def matrices(datasette: Any) -> list[Matrix]:
    """A matrix for each instrument that delegates anything."""
    totals = {row["instrument"]: row["n"] for row in await rows(datasette, _COUNTS)}
    found = await rows(datasette, _DELEGATED, {"most": MAX_ITEMS})
    names = datasette.site.file.names["zone"][1]
    ordered = sorted(found, key=lambda row: (list(totals).index(row["instrument"]), row["no"]))
    return [
        _matrix(list(of), names, totals[instrument])
        for instrument, of in groupby(ordered, key=lambda row: row["instrument"])
    ]


def legend() -> list[tuple[str, str]]:
    """Kinds of cells, each with what it means."""
    return [(kind, _(text)) for kind, text in _KINDS.items()]


def _matrix(found: list[Row], names: dict[str, str], total: int) -> Matrix:
    held = {row["zone"] for row in found}
    zones = [zone for zone in names if zone in held]
    apart = len(zones) <= MAX_ZONES
    lines = [
        Line(item, of[0]["item_name"], _cells(of, zones) if apart else _counted(of))
        for item, of in ((i, list(g)) for i, g in groupby(found, key=lambda row: row["item"]))
    ]
    middle = (len(lines) + 1) // 2
    halves = (lines[:middle], lines[middle:]) if len(lines) >= _SPLIT_FROM else (lines,)
    return Matrix(
        found[0]["instrument"],
        found[0]["number"],
        tuple((zone, names[zone]) for zone in zones) if apart else (),
        tuple(map(tuple, halves)),
        total,
        len(lines),
    )


def _cells(of: list[Row], zones: list[str]) -> tuple[Cell | None, ...]:
    by_zone = {row["zone"]: cell_of(row) for row in of}
    return tuple(by_zone.get(zone) for zone in zones)


def _counted(of: Iterable[Row]) -> tuple[Cell, ...]:
    counts = Counter(cell_of(row) for row in of)
    return tuple(cell._replace(n=n) for cell, n in counts.most_common())


def cell_of(row: Row) -> Cell:
    """How the zone of a delegation stands to its item."""
    shown = shown_acts([row])
    yes = [act for act in shown if row[act] == "可以"]
    if yes and len(yes) == len(shown):
        return Cell("whole", _("all of it"))
    if yes:
        return Cell("part", _(_UP_TO[yes[-1]]))
    if any(row[act] == "无法判定" for act in shown):
        return Cell("open", value_label("decide", "无法判定") or "")
    kind = "wait" if row["state"] in _NOT_YET else "over"
    return Cell(kind, value_label("state", row["state"]) or row["state"])
