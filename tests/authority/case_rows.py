"""Cases and permissions of the oracle as rows of a registry, written by SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tests.oracle.case_world import DEPARTMENT, ZONE, Body, Case, Item, Permission, Setting

CODES = [
    *(f"CSE{n:03}" for n in range(1, 13)),
    *(f"PER{n:03}" for n in range(1, 8)),
]


class CaseRows:
    """Writes to one registry."""

    def __init__(self, conn: sqlite3.Connection, setting: Setting) -> None:
        self.conn, self.setting = conn, setting
        self.items = {
            (instrument, item): no
            for no, instrument, item in conn.execute(
                "SELECT i.no, ins.id, i.id FROM item AS i"
                " JOIN instrument AS ins ON ins.no = i.instrument"
            )
        }
        self.bodies: dict[Body, int] = {
            (kind, name): no
            for kind in (ZONE, DEPARTMENT)
            for no, name in conn.execute(f"SELECT no, id FROM {kind}")
        }
        conn.execute("INSERT INTO platform_source (no, name) VALUES (1, '平台')")
        self._settings()

    def _settings(self) -> None:
        """Limits, roles, and who may act in its own name."""
        run = self.conn.execute
        run("DELETE FROM legal_limit")
        (law,) = run("SELECT min(id) FROM law").fetchone()
        for name, limit in self.setting.limits.items():
            run("INSERT INTO legal_limit VALUES (?, ?, ?, ?, ?)", (name, law, *limit))
        run("DELETE FROM platform_role")
        for act in sorted(self.setting.roles):
            run("INSERT INTO platform_role VALUES (?, ?)", (f"{act}岗", act))
        for zone in sorted(self.setting.authorised | self.setting.approved):
            if (ZONE, zone) in self.bodies:
                approved = "省政府" if zone in self.setting.approved else None
                authorised = "某条例" if zone in self.setting.authorised else None
                what = self.bodies[ZONE, zone], approved, authorised
                run("INSERT INTO zone_status VALUES (?, ?, ?, '测试')", what)

    def _load(self, no: int, kind: str, rows: int) -> None:
        self.conn.execute(
            "INSERT INTO platform_load (no, kind, source, loaded_on, rows_read, rows_kept,"
            " content_digest, provenance) VALUES (?, ?, 1, ?, ?, ?, '', 'demonstration')",
            (no, kind, self.setting.loaded_on, rows, rows),
        )

    def _sides(self, body: Body | None) -> tuple[int | None, int | None]:
        """Number of the zone and of the department that a body is."""
        no = self.bodies[body] if body else None
        return (no if body and body[0] == ZONE else None), (
            no if body and body[0] == DEPARTMENT else None
        )

    def _item(self, item: Item | None) -> int | None:
        return self.items[item] if item else None

    def write(self, cases: list[Case], permissions: list[Permission]) -> None:
        """Write all of them."""
        self._load(1, "cases", len(cases))
        for no, case in enumerate(cases, 1):
            self._write_case(no, case)
        if permissions:
            self._load(2, "permissions", len(permissions))
            self._write_permissions(permissions)

    def _write_case(self, no: int, case: Case) -> None:
        self.conn.execute(
            "INSERT INTO case_record (no, load, line, source, number, item, matched,"
            " accepted_zone, accepted_department, applied_on, accepted_on, promised_on,"
            " decided_zone, decided_department, decided_on, result, seal_zone, seal_department)"
            " VALUES (?, 1, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(no, no + 1, case.number, self._item(case.item), case.matched),
                *self._sides(case.accepted_by),
                *(case.applied_on, case.accepted_on, case.promised_on),
                *self._sides(case.decided_by),
                *(case.decided_on, case.result),
                *self._sides(case.seal),
            ),
        )
        for place, step in enumerate(case.steps, 1):
            self.conn.execute(
                "INSERT INTO case_step VALUES (?, ?, ?, NULL, ?, ?, ?, ?)",
                (no, place, step.act, *self._sides(step.body), step.started_on, step.ended_on),
            )
        for place, stop in enumerate(case.stops, 1):
            self.conn.execute("INSERT INTO case_stop VALUES (?, ?, ?, ?, ?)", (no, place, *stop))

    def _write_permissions(self, permissions: Iterable[Permission]) -> None:
        for no, (holder, body, item, act) in enumerate(permissions, 1):
            self.conn.execute(
                "INSERT INTO permission VALUES (?, 2, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(no, no + 1, holder, *self._sides(body), self._item(item), act),
                    "code" if item else "none",
                ),
            )
