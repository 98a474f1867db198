"""Items as they stand, with all that a list may state of them: to compare a list's rows with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.model.vocabulary import DepartmentRole, ItemField, Provenance

_COLUMNS: Final = (
    *("seq", "name", "power_type", "initiation", "mode", "scope", "scope_basis", "remark", "law"),
    *("law_version", "article", "our_note", "legal_level", "reform_mode", "basic_code"),
    "implementation_code",
)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item. `values`: columns of its row; `parent`: the main item's id."""

    no: int
    id: str
    provenance: Provenance
    values: Mapping[str, Any]
    parent: str | None
    departments: tuple[tuple[str, DepartmentRole], ...]
    zones: tuple[str, ...]
    unofficial: frozenset[ItemField]

    def is_official(self, field: ItemField) -> bool:
        """Whether the field's value is what an official list states."""
        return self.provenance == "official" and field not in self.unofficial


def item_records(conn: sqlite3.Connection, instrument: int, annex: int) -> dict[str, ItemRecord]:
    """The items of an annex by id, in order. `instrument`: its number in the file."""
    departments = _of_items(
        conn,
        "SELECT x.item, d.id, x.role FROM item_department AS x"
        " JOIN department AS d ON d.no = x.department JOIN item AS i ON i.no = x.item"
        " WHERE i.instrument = ? AND i.annex = ? ORDER BY x.item, d.no",
        *(instrument, annex),
    )
    zones = _of_items(
        conn,
        "SELECT d.item, z.id FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
        " JOIN item AS i ON i.no = d.item"
        " WHERE i.instrument = ? AND i.annex = ? ORDER BY d.item, z.no",
        *(instrument, annex),
    )
    unofficial = _of_items(
        conn,
        "SELECT u.item, u.field FROM item_unofficial_field AS u JOIN item AS i ON i.no = u.item"
        " WHERE i.instrument = ? AND i.annex = ?",
        *(instrument, annex),
    )
    return {
        id_: ItemRecord(
            *(no, id_, provenance, dict(zip(_COLUMNS, values, strict=True)), parent),
            tuple((department, role) for department, role in departments.get(no, ())),
            tuple(zone for (zone,) in zones.get(no, ())),
            frozenset(field for (field,) in unofficial.get(no, ())),
        )
        for no, id_, provenance, parent, *values in conn.execute(
            "SELECT i.no, i.id, i.provenance, p.id,"
            f" {', '.join(f'i.{column}' for column in _COLUMNS)}"
            " FROM item AS i LEFT JOIN item AS p ON p.no = i.parent"
            " WHERE i.instrument = ? AND i.annex = ? ORDER BY i.seq, i.no",
            (instrument, annex),
        ).fetchall()
    }


def _of_items(conn: sqlite3.Connection, sql: str, *values: int) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the item that their first column names, without it."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for item, *rest in conn.execute(sql, values):
        found.setdefault(item, []).append(tuple(rest))
    return found
