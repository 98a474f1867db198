"""The shipped lists with an empty ledger, to which tests add what a rule should see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.filters import Filters
from registry.audit.finding import Audit
from registry.audit.rule import select_rules
from registry.model.vocabulary import Status
from registry.store.connection import connect


class Ledger:
    """A working file that a test may write, and audit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.conn = connect(path)

    def sql(self, statement: str, *values: object) -> None:
        """Change the file."""
        self.conn.execute(statement, values)

    def prove(self, duty: str, delegation: str, done_on: str, provenance: str = "official") -> None:
        """Record a deliverable for one delegation (`1-07-etdz`)."""
        no = self.conn.execute(
            "INSERT INTO deliverable (duty, covers, done_on, provenance, source)"
            " SELECT no, '', ?, ?, 'test' FROM duty WHERE id = ? RETURNING no",
            (done_on, provenance, duty),
        ).fetchone()[0]
        self.conn.execute(
            "INSERT INTO proof SELECT du.no, d.delegation_no, ?, ?"
            " FROM duty AS du, delegations AS d WHERE du.id = ? AND d.id = ?",
            (done_on, no, duty, delegation),
        )

    def agree(
        self,
        number: str,
        department: str | None,
        zone: str,
        items: list[str],
        signed_on: str,
        grantor_zone: str | None = None,
    ) -> None:
        """Record an agreement."""
        no = self.conn.execute(
            "INSERT INTO agreement (no, instrument, number, department, grantor_zone, zone,"
            " signed_on, effective_on, expires_on, covers, document, url, provenance, source)"
            " SELECT NULL, 1, ?, (SELECT no FROM department WHERE id = ?),"
            " (SELECT no FROM zone WHERE id = ?), (SELECT no FROM zone WHERE id = ?), ?, NULL,"
            " NULL, '', NULL, NULL, 'official', 'test' RETURNING no",
            (number, department, grantor_zone, zone, signed_on),
        ).fetchone()[0]
        self.conn.executemany(
            "INSERT INTO agreement_item SELECT no, ? FROM item WHERE id = ?",
            [(no, item) for item in items],
        )

    def guide(self, zone: str, department: str, answered_on: str | None) -> None:
        """Record a guidance request raised on 2021-04-20."""
        self.conn.execute(
            "INSERT INTO guidance_request (instrument, zone, department, kind, raised_on,"
            " answered_on, provenance, source) SELECT 1, z.no, d.no, '业务培训', '2021-04-20', ?,"
            " 'official', 'test' FROM zone AS z, department AS d WHERE z.id = ? AND d.id = ?",
            (answered_on, zone, department),
        )

    def case(
        self,
        number: str,
        item: str | None,
        accepted_on: str | None,
        decided_on: str | None = None,
        **more: object,
    ) -> int:
        """Record a case of etdz; `more`: other columns of case_record, bodies by their ids."""
        self.conn.execute("INSERT OR IGNORE INTO platform_source VALUES (1, '测试')")
        self.conn.execute(
            "INSERT OR IGNORE INTO platform_load VALUES (1, 'cases', 1, '2029-01-01', '2021-01-01',"
            " '2028-12-31', 1, 1, '', 'official', NULL, NULL, NULL)"
        )
        values: dict[str, object] = {
            **{"load": 1, "line": 1, "source": 1, "number": number},
            **{"matched": "code" if item else "none", "accepted_zone": "etdz"},
            "decided_zone": None if "decided_department" in more or not decided_on else "etdz",
            **{"accepted_on": accepted_on, "decided_on": decided_on, **more},
        }
        values["item"] = item and self._no("item", item)
        for name, body in values.items():
            if name.endswith(("_zone", "_department")) and body:
                values[name] = self._no(name.rpartition("_")[2], str(body))
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO case_record ({', '.join(values)}) VALUES ({marks}) RETURNING no"
        return int(self.conn.execute(sql, tuple(values.values())).fetchone()[0])

    def step(self, case: int, *values: object) -> None:
        """Record a step of a case: act, duty, zone, department (numbers), from and to."""
        self.conn.execute(
            "INSERT INTO case_step SELECT ?1, count(*), ?2, ?3, ?4, ?5, ?6, ?7"
            " FROM case_step WHERE case_no = ?1",
            (case, *values),
        )

    def stop(self, case: int, kind: str, from_on: str, to_on: str | None) -> None:
        """Record a stop of a case."""
        self.conn.execute(
            "INSERT INTO case_stop SELECT ?1, count(*), ?2, ?3, ?4"
            " FROM case_stop WHERE case_no = ?1",
            (case, kind, from_on, to_on),
        )

    def _no(self, table: str, id_: str) -> int:
        row = self.conn.execute(f"SELECT min(no) FROM {table} WHERE id = ?", (id_,)).fetchone()
        assert row[0] is not None, id_
        return int(row[0])

    def counts(self, code: str, as_of: str) -> dict[Status, int]:
        """How many rows of one rule have which status, those of none left out."""
        (result,) = self.audit(as_of, code).results
        return {status: n for status, n in result.counts.items() if n}

    def cases(self, code: str, as_of: str) -> dict[str, tuple[str, ...]]:
        """Subject and status of every finding of one rule → its cases."""
        return {f"{f.subject_id} {f.status}": f.cases for f in self.audit(as_of, code).findings}

    def audit(
        self,
        as_of: str,
        select: str | None = None,
        filters: Filters | None = None,
        everything: bool = False,
    ) -> Audit:
        """Audit as of a day, on a connection of its own."""
        conn = connect(self.path)
        try:
            rules = select_rules(registry_rules(conn), select, None)
            return run_audit(conn, rules, as_of, filters or Filters(), everything=everything)
        finally:
            conn.close()

    def statuses(self, code: str, as_of: str) -> dict[str, Status]:
        """Status of every subject of one rule."""
        audit = self.audit(as_of, code, everything=True)
        return {f.subject_id: f.status for f in audit.findings}


@pytest.fixture
def ledger(bare: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the bare file that a test may write."""
    found = Ledger(Path(shutil.copyfile(bare, tmp_path / "ledger.db")))
    yield found
    found.conn.close()
