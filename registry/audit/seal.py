"""The seal of a stored audit: a digest of every row that it has, by which a change shows.

Versions before kept a digest of what was found alone, or of that with the run. Their audits are
held against it still.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from registry.audit.finding import Finding, RuleResult
from registry.model.vocabulary import Status

STATUS_COLUMNS: Final[tuple[Status, ...]] = ("ok", "pending", "alarm", "skip", "manual")
"""The columns of run_rule that count subjects."""

_RUN: Final = "as_of, started_at, instrument, filters, data_digest, rules_digest, examined"
_TABLES: Final = {
    "run_rule": "rowid",
    "finding": "rowid",
    "finding_owed_by": "fingerprint, position",
    "finding_case": "fingerprint, position",
}
"""The tables that hold what an audit found → the order of their rows."""

Row = tuple[Any, ...]
RunRow = tuple[str, str, str, str, str, str, int]
"""A row of `run`, without its number and its seal."""


def rows_to_store(
    results: Iterable[RuleResult], findings: Sequence[Finding]
) -> dict[str, list[Row]]:
    """Table → the rows of an audit, without the number of the run, in the order of the table."""
    owed_by = {f.fingerprint: f.owed_by for f in findings}
    return {
        "run_rule": [
            (r.code, r.name, r.digest, *(r.counts[status] for status in STATUS_COLUMNS))
            for r in results
        ],
        "finding": [
            (
                *(f.fingerprint, f.code, f.severity, f.status, f.instrument),
                *(f.subject_type, f.subject_id, f.item, f.zone, f.department),
                *(";".join(f.owed_by), f.mode, f.duty, f.due_on, f.days_overdue),
                *(f.working_days_overdue, f.message.zh, f.message.en, f.provenance, int(f.waived)),
            )
            for f in findings
        ],
        "finding_owed_by": [
            (fingerprint, position, body)
            for fingerprint in sorted(owed_by)
            for position, body in enumerate(owed_by[fingerprint], start=1)
        ],
        "finding_case": sorted(
            (f.fingerprint, position, number)
            for f in findings
            for position, number in enumerate(f.cases, start=1)
        ),
    }


def seal(run: RunRow, found: str) -> str:
    """The seal of a run. `found`: the digest of the rows that it has in the other tables."""
    return hashlib.sha256(f"{run!r} {found}".encode()).hexdigest()


def digest_of(tables: Mapping[str, Iterable[Row]]) -> str:
    """A digest of rows, table by table."""
    digest = hashlib.sha256()
    for table in _TABLES:
        digest.update(b"table")
        for row in tables[table]:
            digest.update(repr(row).encode())
    return digest.hexdigest()


def runs_alike(conn: sqlite3.Connection, same: Row) -> list[tuple[int, RunRow, str]]:
    """Number, row and seal of each stored run of one day, filters, data and rules."""
    rows = conn.execute(
        f"SELECT no, {_RUN}, outcome_digest FROM main.run WHERE (as_of, filters, data_digest,"
        " rules_digest) = (?, ?, ?, ?) ORDER BY no",
        same,
    )
    return [(int(no), tuple(row), sealed) for no, *row, sealed in rows.fetchall()]


def is_as_stored(conn: sqlite3.Connection, run: int) -> bool:
    """Whether a stored run and its findings are as they were stored; the rows that it has alone.

    Runs of versions that kept no digest are.
    """
    *row, sealed = conn.execute(
        f"SELECT {_RUN}, outcome_digest FROM main.run WHERE no = ?", (run,)
    ).fetchone()
    if sealed is None:
        return True
    tables = {table: _stored(conn, table, run) for table in _TABLES}
    if sealed == seal(tuple(row), digest_of(tables)):
        return True
    return is_earlier_seal(sealed, tuple(row), _outcome_as_stored(conn, run))


def _stored(conn: sqlite3.Connection, table: str, run: int) -> Iterable[Row]:
    rows = conn.execute(
        f"SELECT * FROM main.{table} WHERE run = ? ORDER BY {_TABLES[table]}", (run,)
    )
    return (tuple(row[1:]) for row in rows)


# As versions before had it.


def is_earlier_seal(sealed: str, row: RunRow, outcome: str) -> bool:
    """Whether a version before sealed this run so; `outcome`: its `outcome_digest`."""
    return sealed in (outcome, seal(row, outcome))


def outcome_digest(results: Iterable[RuleResult], findings: Iterable[Finding]) -> str:
    """A digest of what was found: configuration and waivers show in it, where they matter."""
    found = hashlib.sha256()
    for result in results:
        found.update(repr((result.code, sorted(result.counts.items()))).encode())
    for f in findings:
        told = (f.fingerprint, f.severity, f.status, f.owed_by, f.due_on, f.waived, f.message.zh)
        found.update(repr((*told, f.cases) if f.cases else told).encode())
    return found.hexdigest()


def _outcome_as_stored(conn: sqlite3.Connection, run: int) -> str:
    """The same of what is stored."""
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
    return found.hexdigest()


def _named_in(conn: sqlite3.Connection, table: str, run: int) -> dict[str, tuple[str, ...]]:
    """Fingerprint → what a table names with it, as the file has it: bodies that are gone too."""
    named: dict[str, list[str]] = {}
    for print_, _position, name in _stored(conn, table, run):
        named.setdefault(print_, []).append(name)
    return {print_: tuple(names) for print_, names in named.items()}
