"""An instrument's folder -> a registry that lives: added, or brought up to date.

The folder is first written to a scratch registry, as a build writes it; what differs between its
rows and those of the registry is what changes. So whatever an instrument states is compared, column
by column, and a row that stays keeps its number, and with it its ledger and its history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, Final

from registry.errors import RegistryError
from registry.intake.dataset import InstrumentFolder
from registry.intake.problems import ProblemLog
from registry.locale import _
from registry.model.vocabulary import Provenance
from registry.store.connection import transaction
from registry.store.effects import effect_notes, update_periods, write_effects
from registry.store.instrument_changes import (
    InstrumentChanges,
    RowChange,
    changed_fields,
    keyed_rows,
    names_of,
)
from registry.store.instrument_items import sync_items
from registry.store.item_load import AnnexLoader
from registry.store.ledger.entries import LedgerLoader
from registry.store.load import write_instrument
from registry.store.platform.voids import forget_duty
from registry.store.service_files import load_service_files, services_left_out
from registry.store.sources import record_source_file
from registry.store.stored_instrument import with_joined_zones

STATED: Final[dict[str, tuple[str, ...]]] = {
    "superior_document": ("number",),
    "clause": ("id",),
    "annex": ("annex",),
    "mode": ("name",),
    "instrument_zone": ("zone",),
    "agreement_term": ("term",),
    "agreement_term_basis": ("basis",),
    "guidance_kind": ("kind",),
    "act_rule": ("mode", "act", "power_type"),
    "clause_rule": ("clause", "code"),
}
"""Tables of what an instrument states, whose rows nothing numbers → their keys in it."""

OF_A_DUTY: Final[dict[str, tuple[str, ...]]] = {
    "duty_mode": ("mode",),
    "duty_owed_by": ("position",),
    "duty_check": ("check",),
}
"""The same of a duty."""


def load_instrument(
    conn: sqlite3.Connection,
    folder: InstrumentFolder,
    *,
    accepted: Collection[Provenance],
    now: str,
    dry_run: bool = False,
) -> InstrumentChanges:
    """Add the instrument, or bring the one of its id up to date; what changes.

    All of it happens, or, with `dry_run` or where anything stands against it, nothing. Raises
    InputError for the files, and for what the registry holds and would lose.
    """
    changes = InstrumentChanges(folder.instrument.id, folder.instrument.number)
    changes.notes += folder.notes
    with transaction(conn, dry_run=dry_run):
        conn.execute("PRAGMA defer_foreign_keys = ON")
        row = conn.execute(
            "SELECT no FROM instrument WHERE id = ?", (folder.instrument.id,)
        ).fetchone()
        if row is None:
            changes.is_new = True
            _add(conn, folder, accepted, changes)
        else:
            _Update(conn, folder, accepted, now, row[0], changes).run()
            update_periods(conn)
        if changes.is_new or changes.rows:
            _record_files(conn, folder, changes)
        changes.notes += effect_notes(conn, folder.instrument.id)
        _refuse_broken(conn)
    return changes


def _add(
    conn: sqlite3.Connection,
    folder: InstrumentFolder,
    accepted: Collection[Provenance],
    changes: InstrumentChanges,
) -> None:
    """Write an instrument that the registry does not have, with its annexes and its ledger."""
    instrument = folder.instrument
    no = write_instrument(conn, instrument, folder.file.path)
    annexes = AnnexLoader(conn, instrument, no, accepted)
    for annex, file in folder.annexes.items():
        changes.notes += annexes.load(file, annex).notes
    update_periods(conn)
    if folder.ledger:
        ledger = LedgerLoader(conn, with_joined_zones(conn, no, instrument), no, accepted)
        for file in folder.ledger:
            changes.notes += ledger.load(file).notes
    load_service_files(conn, folder, accepted)
    counted = {
        **{"clause": len(instrument.clauses), "mode": len(instrument.modes)},
        **{"instrument_zone": len(instrument.zones), "duty": len(instrument.duties)},
    }
    (counted["item"],) = conn.execute(
        "SELECT count(*) FROM item WHERE instrument = ?", (no,)
    ).fetchone()
    if instrument.effects:
        counted["effect"] = len(instrument.effects)
    changes.counts = counted


def _record_files(
    conn: sqlite3.Connection, folder: InstrumentFolder, changes: InstrumentChanges
) -> None:
    papers = (*folder.ledger, *folder.services) if changes.is_new else ()
    for file in (*folder.stating_files(), *papers):
        name = str(file.path.relative_to(folder.file.path.parent))
        record_source_file(
            conn, f"{folder.instrument.id}/{name}", file.sha256, file.encoding, "instrument"
        )


def _refuse_broken(conn: sqlite3.Connection) -> None:
    """Refuse what would leave a row pointing at nothing, wherever nobody foresaw it."""
    broken = conn.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise RegistryError(
            _("rows of {table} still need what the new file lacks of {parent}").format(
                table=broken[0], parent=broken[2]
            ),
            _("Put it back into instrument.yml."),
        )


class _Update:
    """Brings one instrument of the registry up to date; the caller holds the transaction."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        folder: InstrumentFolder,
        accepted: Collection[Provenance],
        now: str,
        no: int,
        changes: InstrumentChanges,
    ) -> None:
        self.conn = conn
        self.folder = folder
        self.loaded_at = now
        self.no = no
        self.changes = changes
        self.log = ProblemLog(folder.file.path)
        self.scratch = _scratch(conn, folder, no, accepted, changes)

    def run(self) -> None:
        """Compare, refuse what would be lost, and write the rest."""
        try:
            self._bodies()
            self._facts()
            for table, key in STATED.items():
                self._refuse_to_lose(table)
                self._sync(table, key, ("instrument", self.no, self.no), report=table)
            self._duties()
            sync_items(
                self.conn,
                self.scratch,
                self.folder,
                self.no,
                self.loaded_at,
                self.changes,
                self.log,
            )
            self._effects()
            if self.folder.ledger:
                self.changes.ledger_left_out = True
            self.changes.notes += services_left_out(self.folder)
            self.log.close()
        finally:
            self.scratch.close()

    def _effects(self) -> None:
        of_this = {"instrument": self.no}
        old = keyed_rows(self.conn, "effect", ("position",), of_this)
        write_effects(self.conn, self.folder.instrument, self.no)
        new = keyed_rows(self.conn, "effect", ("position",), of_this)
        for key in sorted({*old, *new}):
            if key not in new:
                self.changes.rows.append(RowChange("effect", str(key[0]), "removed"))
            elif key not in old:
                self.changes.rows.append(RowChange("effect", str(key[0]), "added"))
            elif fields := changed_fields(old[key], new[key]):
                self.changes.rows.append(RowChange("effect", str(key[0]), "changed", fields))

    def _bodies(self) -> None:
        """Write bodies and aliases that are new; the rest is as it was, or was refused."""
        for table, key in (
            *(("zone", "id"), ("zone_alias", "alias")),
            *(("department", "id"), ("department_alias", "alias")),
        ):
            known = keyed_rows(self.conn, table, (key,))
            for name, row in keyed_rows(self.scratch, table, (key,)).items():
                if name not in known:
                    _insert(self.conn, table, row)
                    if table != "zone":
                        self.changes.rows.append(RowChange(table, str(name[0]), "added"))

        self._zone_statuses()

    def _zone_statuses(self) -> None:
        for zone in self.folder.instrument.zones:
            (no,) = self.conn.execute("SELECT no FROM zone WHERE id = ?", (zone.id,)).fetchone()
            if zone.status and self._sync("zone_status", (), ("zone", no, no), report=None):
                self.changes.rows.append(RowChange("zone_status", zone.id, "changed"))

    def _facts(self) -> None:
        old = keyed_rows(self.conn, "instrument", ("no",))[(self.no,)]
        new = keyed_rows(self.scratch, "instrument", ("no",))[(self.no,)]
        if fields := changed_fields(old, new):
            self.changes.rows.append(RowChange("instrument", old["id"], "changed", fields))
            _update(self.conn, "instrument", new, ("no",))

    def _sync(
        self, table: str, key: tuple[str, ...], owner: tuple[str, int, int], report: str | None
    ) -> bool:
        """Make the owner's rows of a table those of the scratch registry; whether any changed.

        `owner`: the column that names it, its number here, and its number there. `report`: the
        table to report changes under, or None.
        """
        column, here, there = owner
        old = keyed_rows(self.conn, table, key, {column: here})
        new = {
            name: {**row, column: here}
            for name, row in keyed_rows(self.scratch, table, key, {column: there}).items()
        }
        where = (column, *key)
        found: list[RowChange] = []
        for name, row in old.items():
            if name not in new:
                found.append(RowChange(table, names_of(self.conn, table, name), "removed"))
                _delete(self.conn, table, row, where)
        for name, row in new.items():
            shown = names_of(self.conn, table, name)
            if name not in old:
                found.append(RowChange(table, shown, "added"))
                _insert(self.conn, table, row)
            elif fields := changed_fields(old[name], row):
                found.append(RowChange(table, shown, "changed", fields))
                _update(self.conn, table, row, where)
        if report:
            self.changes.rows += found
        return bool(found)

    def _refuse_to_lose(self, table: str) -> None:
        """Refuse to take out an annex with items, a delegate or a kind with ledger rows."""
        sql = _HELD.get(table)
        if sql is None:
            return
        (key,) = STATED[table]
        new = keyed_rows(self.scratch, table, (key,), {"instrument": self.no})
        for name, row in keyed_rows(self.conn, table, (key,), {"instrument": self.no}).items():
            if name in new:
                continue
            (held,) = self.conn.execute(sql, {"ins": self.no, "key": row[key]}).fetchone()
            if held:
                self.log.add(
                    _("it no longer has {name}, of which the registry holds {n:,} rows").format(
                        name=names_of(self.conn, table, name), n=held
                    ),
                    _("Put it back; what was in force before is ended by a later instrument."),
                    key=_KEYS[table],
                )

    def _duties(self) -> None:
        old = keyed_rows(self.conn, "duty", ("id",), {"instrument": self.no})
        new = keyed_rows(self.scratch, "duty", ("id",), {"instrument": self.no})
        for name, row in old.items():
            (held,) = self.conn.execute(
                "SELECT count(*) FROM deliverable WHERE duty = ?", (row["no"],)
            ).fetchone()
            if held and (name not in new or new[name]["proof"] != row["proof"]):
                self.log.add(
                    _("duty {duty} has {n:,} papers in the ledger, which would be lost").format(
                        duty=name[0], n=held
                    ),
                    _("Put the duty back as it was; or void its papers first."),
                    key="duties",
                )
            elif name not in new:
                self.changes.rows.append(RowChange("duty", str(name[0]), "removed"))
                for table in OF_A_DUTY:
                    self.conn.execute(f"DELETE FROM {table} WHERE duty = ?", (row["no"],))
                forget_duty(self.conn, row["no"])
                self.conn.execute("DELETE FROM duty WHERE no = ?", (row["no"],))
        for name, row in new.items():
            there = row["no"]
            if name not in old:
                here = _insert(self.conn, "duty", {**row, "no": None})
                self.changes.rows.append(RowChange("duty", str(name[0]), "added"))
                for table, key in OF_A_DUTY.items():
                    self._sync(table, key, ("duty", here, there), report=None)
                continue
            here = old[name]["no"]
            fields = changed_fields(old[name], row, ignoring=("no",))
            if fields:
                _update(self.conn, "duty", {**row, "no": here}, ("no",))
            parts = [
                table
                for table, key in OF_A_DUTY.items()
                if self._sync(table, key, ("duty", here, there), report=None)
            ]
            if fields or parts:
                self.changes.rows.append(
                    RowChange("duty", str(name[0]), "changed", fields, tuple(parts))
                )


_HELD: Final = {
    "annex": "SELECT count(*) FROM item WHERE instrument = :ins AND annex = :key",
    "mode": "SELECT count(*) FROM item WHERE instrument = :ins AND mode = :key"
    " AND no IN (SELECT item FROM item_listing)",
    "guidance_kind": "SELECT count(*) FROM guidance_request WHERE instrument = :ins"
    " AND kind = :key",
    "instrument_zone": "SELECT (SELECT count(*) FROM agreement WHERE instrument = :ins"
    " AND zone = :key) + (SELECT count(*) FROM guidance_request WHERE instrument = :ins"
    " AND zone = :key) + (SELECT count(*) FROM deliverable AS dv JOIN duty AS du ON du.no = dv.duty"
    " WHERE du.instrument = :ins AND dv.zone = :key)",
}
"""Table of what may no longer be stated → how many rows of the registry hang on one of its rows."""
_KEYS: Final = {
    "annex": "annexes",
    "mode": "modes",
    "guidance_kind": "guidance_kinds",
    "instrument_zone": "zones",
}


def _scratch(
    conn: sqlite3.Connection,
    folder: InstrumentFolder,
    no: int,
    accepted: Collection[Provenance],
    changes: InstrumentChanges,
) -> sqlite3.Connection:
    """A registry in memory that holds the folder's instrument, under the number `no`, and all
    bodies of the registry `conn` under their numbers. Raises InputError for the files."""
    from registry.store.schema.migrations import apply

    scratch = sqlite3.connect(":memory:", isolation_level=None)
    try:
        apply(scratch)
        for table in ("zone", "zone_alias", "department", "department_alias"):
            for row in keyed_rows(conn, table, ("rowid",)).values():
                _insert(scratch, table, row)
        before = keyed_rows(conn, "instrument", ("no",))[(no,)]
        if no > 1:
            _insert(scratch, "instrument", {**before, "no": no - 1, "id": f"before-{before['id']}"})
        written = write_instrument(scratch, folder.instrument, folder.file.path)
        assert written == no
        loader = AnnexLoader(scratch, folder.instrument, no, accepted)
        for annex, file in folder.annexes.items():
            changes.notes += loader.load(file, annex).notes
    except BaseException:
        scratch.close()
        raise
    return scratch


def _insert(conn: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
    """Insert a row; its number."""
    marks = ", ".join("?" * len(row))
    columns = ", ".join(f'"{column}"' for column in row)
    cursor = conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
    return int(cursor.lastrowid or 0)


def _update(
    conn: sqlite3.Connection, table: str, row: dict[str, Any], key: tuple[str, ...]
) -> None:
    columns = ", ".join(f'"{column}" = :{column}' for column in row if column not in key)
    if columns:
        where = " AND ".join(f'"{column}" = :{column}' for column in key)
        conn.execute(f"UPDATE {table} SET {columns} WHERE {where}", row)


def _delete(
    conn: sqlite3.Connection, table: str, row: dict[str, Any], key: tuple[str, ...]
) -> None:
    where = " AND ".join(f'"{column}" = :{column}' for column in key)
    conn.execute(f"DELETE FROM {table} WHERE {where}", row)
