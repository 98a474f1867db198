"""Items of an instrument that is brought up to date: those of its annexN.csv, new or changed.

An annex whose items were taken from an office's list stays as it is: the list is nearer the truth.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from registry.files import name_text
from registry.intake.dataset import InstrumentFolder
from registry.intake.problems import ProblemLog
from registry.locale import _, enumerated
from registry.store.instrument_changes import (
    Fields,
    InstrumentChanges,
    RowChange,
    changed_fields,
    keyed_rows,
)
from registry.store.item_grounds import grounds_of, replace_grounds
from registry.store.item_history import snapshot

_NUMBERED: Final = ("no", "instrument", "parent")
_MAX_NAMED: Final = 10


def sync_items(
    conn: sqlite3.Connection,
    scratch: sqlite3.Connection,
    folder: InstrumentFolder,
    no: int,
    now: str,
    changes: InstrumentChanges,
    log: ProblemLog,
) -> None:
    """Write what is new or changed in the annexes of instrument `no`, as `scratch` holds them.

    What was before goes into the history. Items that the files lack, and delegates of items that
    have papers, go to the log.
    """
    for annex in folder.annexes:
        listed = conn.execute(
            "SELECT 1 FROM item_listing AS l JOIN item AS i ON i.no = l.item"
            " WHERE i.instrument = ? AND i.annex = ?",
            (no, annex),
        ).fetchone()
        if listed:
            changes.kept_annexes.append(annex)
        else:
            _Annex(conn, scratch, folder, no, annex, now, changes, log).sync()


class _Annex:
    def __init__(
        self,
        conn: sqlite3.Connection,
        scratch: sqlite3.Connection,
        folder: InstrumentFolder,
        no: int,
        annex: int,
        now: str,
        changes: InstrumentChanges,
        log: ProblemLog,
    ) -> None:
        self.conn = conn
        self.scratch = scratch
        self.folder = folder
        self.no = no
        self.annex = annex
        self.loaded_at = now
        self.changes = changes
        self.log = log
        self._load: int | None = None

    def sync(self) -> None:
        of_annex = {"instrument": self.no, "annex": self.annex}
        old = keyed_rows(self.conn, "item", ("id",), of_annex)
        new = keyed_rows(self.scratch, "item", ("id",), of_annex)
        lacking = [str(name[0]) for name in old if name not in new]
        if lacking:
            self.log.add(
                _("annex {annex} lacks items of the registry: {items}").format(
                    annex=self.annex, items=enumerated(lacking, _MAX_NAMED)
                ),
                _("Put them back; `registry load annex --replace` retires items."),
            )
        added = {name: row for name, row in new.items() if name not in old}
        numbers = {name: self._add(row) for name, row in added.items()}
        for name, row in added.items():
            if row["parent"] is not None:
                self.conn.execute(
                    "UPDATE item SET parent = ? WHERE no = ?", (self._parent(row), numbers[name])
                )
        for name in old:
            if name in new:
                self._update(old[name], new[name])

    def _add(self, row: dict[str, Any]) -> int:
        """Insert the item, without its main item, which may come after it; its number."""
        columns = [column for column in row if column != "no"]
        values = {**row, "parent": None}
        marks = ", ".join(f":{column}" for column in columns)
        cursor = self.conn.execute(
            f"INSERT INTO item ({', '.join(columns)}) VALUES ({marks})", values
        )
        here = int(cursor.lastrowid or 0)
        self._departments(here, row["no"])
        replace_grounds(self.conn, here, grounds_of(self.scratch, row["no"]))
        self._delegations(here, row)
        self._history(row["id"], "added", None, None)
        self.changes.rows.append(RowChange("item", row["id"], "added"))
        return here

    def _update(self, old: dict[str, Any], row: dict[str, Any]) -> None:
        here = old["no"]
        fields = changed_fields(old, row, ignoring=_NUMBERED)
        parent = self._parent(row)
        before = snapshot(self.conn, here)
        parts = []
        if parent != old["parent"]:
            parts.append("parent")
        if self._department_rows(self.conn, here) != self._department_rows(self.scratch, row["no"]):
            parts.append("department")
        grounds = grounds_of(self.scratch, row["no"])
        if grounds_of(self.conn, here) != grounds:
            parts.append("grounds")
            replace_grounds(self.conn, here, grounds)
        if self._delegations(here, row):
            parts.append("delegation")
        if not fields and not parts:
            return
        self._write(here, fields, parent)
        if "department" in parts:
            self._departments(here, row["no"])
        self._history(row["id"], "replaced", before.name, before.record)
        self.changes.rows.append(RowChange("item", row["id"], "changed", fields, tuple(parts)))

    def _write(self, here: int, fields: Fields, parent: int | None) -> None:
        assignments = ", ".join([*(f"{column} = ?" for column, _old, _new in fields), "parent = ?"])
        values = [new for _column, _old, new in fields]
        self.conn.execute(f"UPDATE item SET {assignments} WHERE no = ?", (*values, parent, here))

    def _parent(self, row: dict[str, Any]) -> int | None:
        """The number here of the main item; None where there is none."""
        if row["parent"] is None:
            return None
        (id_,) = self.scratch.execute(
            "SELECT id FROM item WHERE no = ?", (row["parent"],)
        ).fetchone()
        found = self.conn.execute(
            "SELECT no FROM item WHERE instrument = ? AND id = ?", (self.no, id_)
        ).fetchone()
        return found[0] if found else None

    @staticmethod
    def _department_rows(conn: sqlite3.Connection, item: int) -> set[tuple[int, str]]:
        rows = conn.execute("SELECT department, role FROM item_department WHERE item = ?", (item,))
        return set(rows.fetchall())

    def _departments(self, here: int, there: int) -> None:
        self.conn.execute("DELETE FROM item_department WHERE item = ?", (here,))
        self.conn.executemany(
            "INSERT INTO item_department VALUES (?, ?, ?)",
            [(here, *row) for row in sorted(self._department_rows(self.scratch, there))],
        )

    def _delegations(self, here: int, row: dict[str, Any]) -> bool:
        """Make the item's delegations those of the file; whether any changed.

        A delegate that the file no longer names is refused where it has papers for the item.
        """
        old = keyed_rows(self.conn, "delegation", ("zone",), {"item": here})
        new = keyed_rows(self.scratch, "delegation", ("zone",), {"item": row["no"]})
        changed = False
        for zone, delegation in old.items():
            if zone in new or delegation["effect"] is not None:
                continue  # one that a later instrument extended it to is not this file's to state
            changed = True
            if self._has_papers(here, delegation["no"], zone[0]):
                self.log.add(
                    _("item {item} no longer names {zone}, which has papers for it").format(
                        item=row["id"], zone=self._zone(zone[0])
                    ),
                    _("Put it back; a later instrument ends what was conferred."),
                )
            else:
                self.conn.execute("DELETE FROM delegation WHERE no = ?", (delegation["no"],))
        for zone, delegation in new.items():
            stated = {k: v for k, v in delegation.items() if k not in ("no", "item")}
            if zone not in old:
                changed = True
                values = {**stated, "item": here}
                marks = ", ".join(f":{column}" for column in values)
                self.conn.execute(
                    f"INSERT INTO delegation ({', '.join(values)}) VALUES ({marks})", values
                )
            elif fields := changed_fields(old[zone], delegation, ignoring=("no", "item", "effect")):
                changed = True
                for column, _was, value in fields:
                    self.conn.execute(
                        f"UPDATE delegation SET {column} = ? WHERE no = ?",
                        (value, old[zone]["no"]),
                    )
        return changed

    def _has_papers(self, item: int, delegation: int, zone: int) -> bool:
        found = self.conn.execute(
            "SELECT 1 FROM proof WHERE delegation = :delegation UNION ALL"
            " SELECT 1 FROM agreement_item AS ai JOIN agreement AS a ON a.no = ai.agreement"
            " WHERE ai.item = :item AND a.zone = :zone UNION ALL"
            " SELECT 1 FROM service_reduction WHERE item = :item AND zone = :zone",
            {"item": item, "delegation": delegation, "zone": zone},
        ).fetchone()
        return found is not None

    def _zone(self, no: int) -> str:
        (name,) = self.conn.execute("SELECT short_name FROM zone WHERE no = ?", (no,)).fetchone()
        return str(name)

    def _history(self, item: str, change: str, old_name: str | None, record: str | None) -> None:
        """Keep what was before, under a load of the annex's file."""
        if self._load is None:
            file, origin = (
                self.folder.annexes[self.annex],
                self.folder.instrument.row_defaults.annex,
            )
            self._load = int(
                self.conn.execute(
                    "INSERT INTO annex_load (instrument, annex, loaded_at, file, sha256,"
                    " provenance, source) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no",
                    (
                        *(self.no, self.annex, self.loaded_at, name_text(file.path), file.sha256),
                        *(origin.provenance, origin.source),
                    ),
                ).fetchone()[0]
            )
        self.conn.execute(
            "INSERT INTO main.item_change"
            " (load, instrument, item, change, old_name, decided_by, old)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(self._load, self.no, item, change, old_name),
                *("person" if change == "replaced" else None, record),
            ),
        )
