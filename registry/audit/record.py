"""Stores audits, and reads who owes what a stored one found."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from registry.audit.finding import Audit, Finding, RuleResult
from registry.model.vocabulary import Status
from registry.store.connection import transaction
from registry.store.log.changes import data_digest

STATUS_COLUMNS: Final[tuple[Status, ...]] = ("ok", "pending", "alarm", "skip", "manual")
"""The columns of run_rule that count subjects."""

_SEALED: Final = "as_of, started_at, instrument, filters, data_digest, rules_digest, examined"
"""The columns of a run that its digest covers."""


def store_audit(conn: sqlite3.Connection, audit: Audit, now: datetime) -> int:
    """Store `audit` with its findings, in one transaction; the number of the run.

    Where a stored run of the same day, filters, data and rules found the same, it is that run, and
    nothing is stored.
    """
    digest = hashlib.sha256(
        "".join(f"{result.code}{result.digest}" for result in audit.results).encode()
    ).hexdigest()
    outcome = _outcome_digest(audit.results, audit.open_findings)
    started_at = now.isoformat(timespec="seconds")
    with transaction(conn):
        seen = audit.data_digest or data_digest(conn)
        audit.changed_since = seen != data_digest(conn)
        same = (audit.as_of, audit.filters, seen, digest)
        for no, *stored, sealed in conn.execute(
            f"SELECT no, {_SEALED}, outcome_digest FROM main.run WHERE (as_of, filters,"
            " data_digest, rules_digest) = (?, ?, ?, ?) ORDER BY no",
            same,
        ).fetchall():
            if sealed in (outcome, _seal(tuple(stored), outcome)):
                audit.run = int(no)
                return audit.run
        row = (
            *(audit.as_of, started_at, audit.instrument),
            *(audit.filters, seen, digest, audit.examined),
        )
        run: int = conn.execute(
            "INSERT INTO main.run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (*row, _seal(row, outcome)),
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


def _outcome_digest(results: Iterable[RuleResult], findings: Iterable[Finding]) -> str:
    """A digest of what was found: configuration and waivers show in it, where they matter."""
    found = hashlib.sha256()
    for result in results:
        found.update(repr((result.code, sorted(result.counts.items()))).encode())
    for f in findings:
        told = (f.fingerprint, f.severity, f.status, f.owed_by, f.due_on, f.waived, f.message.zh)
        found.update(repr((*told, f.cases) if f.cases else told).encode())
    return found.hexdigest()


def _seal(row: tuple[Any, ...], outcome: str) -> str:
    """A digest of a run with what it found, by which it shows where either was changed."""
    return hashlib.sha256(f"{row!r} {outcome}".encode()).hexdigest()


def is_as_stored(conn: sqlite3.Connection, run: int) -> bool:
    """Whether a stored run and its findings are as they were stored; the rows that it has alone.

    Runs of versions that kept no digest are.
    """
    *row, sealed = conn.execute(
        f"SELECT {_SEALED}, outcome_digest FROM main.run WHERE no = ?", (run,)
    ).fetchone()
    if sealed is None:
        return True
    found = hashlib.sha256()
    for code, *counts in conn.execute(
        f"SELECT code, {', '.join(STATUS_COLUMNS)} FROM main.run_rule WHERE run = ? ORDER BY rowid",
        (run,),
    ):
        told = sorted(zip(STATUS_COLUMNS, counts, strict=True))
        found.update(repr((code, told)).encode())
    owed_by, cases = (_named_in(conn, table, run) for table in ("finding_owed_by", "finding_case"))
    for print_, severity, status, due_on, waived, message in conn.execute(
        "SELECT fingerprint, severity, status, due_on, waived, message_zh FROM main.finding"
        " WHERE run = ? ORDER BY rowid",
        (run,),
    ):
        bodies, numbers = owed_by.get(print_, ()), cases.get(print_, ())
        shown = (print_, severity, status, bodies, due_on, bool(waived), message)
        found.update(repr((*shown, numbers) if numbers else shown).encode())
    outcome = found.hexdigest()
    return sealed in (outcome, _seal(tuple(row), outcome))


def _named_in(conn: sqlite3.Connection, table: str, run: int) -> dict[str, tuple[str, ...]]:
    """Fingerprint → what a table names with it, as the file has it: bodies that are gone too."""
    named: dict[str, list[str]] = {}
    for _run, print_, _position, name in conn.execute(
        f"SELECT * FROM main.{table} WHERE run = ? ORDER BY fingerprint, position", (run,)
    ):
        named.setdefault(print_, []).append(name)
    return {print_: tuple(names) for print_, names in named.items()}


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
