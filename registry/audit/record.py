"""Stores audits, and reads who owes what a stored one found."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from registry.audit.finding import Audit
from registry.audit.seal import (
    RunRow,
    digest_of,
    is_earlier_seal,
    outcome_digest,
    rows_to_store,
    runs_alike,
    seal,
)
from registry.store.connection import transaction
from registry.store.log.changes import data_digest


def store_audit(conn: sqlite3.Connection, audit: Audit, now: datetime) -> int:
    """Store `audit` with its findings, in one transaction; the number of the run.

    Where the latest stored run of that day, these filters and rules saw the same data, and found
    the same, it is that run, and nothing is stored.
    """
    digest = hashlib.sha256(
        "".join(f"{result.code}{result.digest}" for result in audit.results).encode()
    ).hexdigest()
    tables = rows_to_store(audit.results, audit.open_findings)
    found = digest_of(tables)
    started_at = now.isoformat(timespec="seconds")
    with transaction(conn):
        seen = audit.data_digest or data_digest(conn)
        audit.changed_since = seen != data_digest(conn)
        alike = runs_alike(conn, (audit.as_of, audit.filters, seen, digest))
        same = _same_run(audit, alike, found)
        if same is not None and same == _latest(conn, audit, digest):
            audit.run = same
            return same
        row = (
            *(audit.as_of, started_at, audit.instrument),
            *(audit.filters, seen, digest, audit.examined),
        )
        run: int = conn.execute(
            "INSERT INTO main.run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (*row, seal(row, found)),
        ).fetchone()[0]
        for table, rows in tables.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                conn.executemany(f"INSERT INTO main.{table} VALUES ({run}, {marks})", rows)
    audit.run = run
    return run


def _latest(conn: sqlite3.Connection, audit: Audit, rules_digest: str) -> int | None:
    """The latest run of the day, filters and rules: another since is the one to compare with."""
    row = conn.execute(
        "SELECT max(no) FROM main.run WHERE (as_of, filters, rules_digest) = (?, ?, ?)",
        (audit.as_of, audit.filters, rules_digest),
    ).fetchone()
    return int(row[0]) if row[0] is not None else None


def _same_run(audit: Audit, alike: Sequence[tuple[int, RunRow, str]], found: str) -> int | None:
    """The number of the run, of those alike, that found the same: as it is sealed now, or, where
    none is, as versions before sealed theirs."""
    for no, row, sealed in alike:
        if sealed == seal(row, found):
            return no
    before = outcome_digest(audit.results, audit.open_findings) if alike else ""
    for no, row, sealed in alike:
        if is_earlier_seal(sealed, row, before):
            return no
    return None


def stored_cases(conn: sqlite3.Connection, run: int) -> dict[str, tuple[str, ...]]:
    """Fingerprint of each finding of a stored run that stands for cases → their numbers."""
    cases: dict[str, list[str]] = {}
    for fingerprint, number in conn.execute(
        "SELECT fingerprint, number FROM finding_case WHERE run = ? ORDER BY fingerprint, position",
        (run,),
    ):
        cases.setdefault(fingerprint, []).append(number)
    return {fingerprint: tuple(numbers) for fingerprint, numbers in cases.items()}


def stored_owed_by(conn: sqlite3.Connection, run: int) -> dict[str, tuple[str, ...]]:
    """Fingerprint of each finding of a stored run → ids of the bodies that owe it."""
    owed_by: dict[str, tuple[str, ...]] = {}
    for fingerprint, body in conn.execute(
        "SELECT fingerprint, body FROM finding_bodies WHERE run = ? ORDER BY fingerprint, position",
        (run,),
    ):
        owed_by[fingerprint] = (*owed_by.get(fingerprint, ()), body)
    return owed_by
