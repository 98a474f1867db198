"""Stores audits, and reads who owes what a stored one found."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime
from typing import Final

from registry.audit.finding import Audit
from registry.model.vocabulary import Status
from registry.store.connection import transaction

STATUS_COLUMNS: Final[tuple[Status, ...]] = ("ok", "pending", "alarm", "skip", "manual")
"""The columns of run_rule that count subjects."""


def store_audit(conn: sqlite3.Connection, audit: Audit, now: datetime) -> int:
    """Store `audit` with its findings, in one transaction; the number of the run.

    Where a stored run of the same day, filters, data and rules found the same, it is that run, and
    nothing is stored.
    """
    digest = hashlib.sha256(
        "".join(f"{result.code}{result.digest}" for result in audit.results).encode()
    ).hexdigest()
    outcome = _outcome_digest(audit)
    with transaction(conn):
        (data_digest,) = conn.execute("SELECT value FROM meta WHERE key = 'data_digest'").fetchone()
        same = (audit.as_of, audit.filters, data_digest, digest, outcome)
        known = conn.execute(
            "SELECT no FROM main.run WHERE (as_of, filters, data_digest, rules_digest,"
            " outcome_digest) = (?, ?, ?, ?, ?) ORDER BY no LIMIT 1",
            same,
        ).fetchone()
        if known is not None:
            audit.run = int(known[0])
            return audit.run
        run: int = conn.execute(
            "INSERT INTO main.run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (
                *(audit.as_of, now.isoformat(timespec="seconds"), audit.instrument),
                *(audit.filters, data_digest, digest, audit.examined, outcome),
            ),
        ).fetchone()[0]
        conn.executemany(
            "INSERT INTO main.run_rule VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (run, r.code, r.name, r.digest, *(r.counts[status] for status in STATUS_COLUMNS))
                for r in audit.results
            ],
        )
        conn.executemany(
            f"INSERT INTO main.finding VALUES ({', '.join('?' * 21)})",
            (
                (
                    *(run, f.fingerprint, f.code, f.severity, f.status, f.instrument),
                    *(f.subject_type, f.subject_id, f.item, f.zone, f.department),
                    *(";".join(f.owed_by), f.mode, f.duty, f.due_on, f.days_overdue),
                    *(f.working_days_overdue, f.message.zh, f.message.en, f.provenance, f.waived),
                )
                for f in audit.open_findings
            ),
        )
        owed_by = {f.fingerprint: f.owed_by for f in audit.open_findings}
        conn.executemany(
            "INSERT INTO main.finding_owed_by VALUES (?, ?, ?, ?)",
            (
                (run, fingerprint, position, body)
                for fingerprint in sorted(owed_by)  # the table's order: written in one sweep
                for position, body in enumerate(owed_by[fingerprint], start=1)
            ),
        )
        conn.executemany(
            "INSERT INTO main.finding_case VALUES (?, ?, ?, ?)",
            (
                (run, f.fingerprint, position, number)
                for f in audit.open_findings
                for position, number in enumerate(f.cases, start=1)
            ),
        )
    audit.run = run
    return run


def _outcome_digest(audit: Audit) -> str:
    """A digest of what was found: configuration and waivers show in it, where they matter."""
    found = hashlib.sha256()
    for result in audit.results:
        found.update(repr((result.code, sorted(result.counts.items()))).encode())
    for f in audit.open_findings:
        told = (f.fingerprint, f.severity, f.status, f.owed_by, f.due_on, f.waived, f.message.zh)
        found.update(repr((*told, f.cases) if f.cases else told).encode())
    return found.hexdigest()


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
