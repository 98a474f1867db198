"""What changed between two stored audits, by fingerprint."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from registry.audit.finding import Text
from registry.audit.record import stored_cases, stored_owed_by
from registry.audit.seal import is_as_stored
from registry.audit.stored_audit import NoSuchRun, check_run, find_run
from registry.locale import _
from registry.model.vocabulary import Severity, Status


class StoredFinding(NamedTuple):
    """A finding as it was stored; `owed_by`: ids of the bodies that owe it; `cases`: numbers of
    those that it stands for."""

    fingerprint: str
    code: str
    severity: Severity
    status: Status
    waived: int
    instrument: str
    subject_id: str
    item: str | None
    zone: str | None
    department: str | None
    owed_by: tuple[str, ...]
    due_on: str | None
    message: Text
    cases: tuple[str, ...] = ()


class Scope(NamedTuple):
    """What a run looked at: filters as they were given, "" for none, and codes of rules."""

    filters: str
    codes: frozenset[str]


@dataclass
class Diff:
    """Findings by what became of them. A change is of status, severity, due date or cases, or that
    a finding is no longer waived.

    not_evaluated: found by one of the two runs, while the other did not run the rule, or was
    narrowed to a zone or department that leaves the subject out. `scopes` and `days`: those of the
    two runs.
    """

    old: int
    new_run: int
    scopes: tuple[Scope, Scope]
    days: tuple[str, str]
    new: list[StoredFinding] = field(default_factory=list)
    resolved: list[StoredFinding] = field(default_factory=list)
    changed: list[tuple[StoredFinding, StoredFinding]] = field(default_factory=list)
    newly_waived: list[StoredFinding] = field(default_factory=list)
    not_evaluated: list[StoredFinding] = field(default_factory=list)
    unchanged: int = 0


class _Run(NamedTuple):
    scope: Scope
    as_of: str
    instrument: str | None
    zone: str | None
    department: str | None
    findings: dict[str, StoredFinding]


_COLUMNS: Final = (
    "fingerprint, code, severity, status, waived, instrument, subject_id, item, zone, department,"
    " due_on, message_zh, message_en"
)


def last_runs(conn: sqlite3.Connection) -> tuple[int, int]:
    """Numbers of the last run and of the last before it of the same scope, that one first.

    Where there is none: the last before it with the same filters, else just the last before it.
    Raises NoSuchRun.
    """
    runs = [no for (no,) in conn.execute("SELECT no FROM run ORDER BY no DESC")]
    if len(runs) < 2:
        raise NoSuchRun(_("there are no two stored audits to compare."))
    newest, *others = runs
    scope = _scope(conn, newest)
    alike = [no for no in others if _filters(conn, no) == scope.filters]
    same = (no for no in alike if _scope(conn, no) == scope)
    return next(same, (alike or others)[0]), newest


def since_last_run(conn: sqlite3.Connection, run: int) -> Diff | None:
    """What a run found else than the last before it of the same scope; None where there is none.

    Runs that stand on a later day are passed over, for they were made to look ahead; and those that
    are not as they were stored.
    """
    scope = _scope(conn, run)
    earlier = conn.execute(
        "SELECT e.no FROM run AS e JOIN run AS r ON r.no = ? WHERE e.no < r.no"
        " AND e.as_of <= r.as_of AND e.filters = r.filters ORDER BY e.no DESC",
        (run,),
    ).fetchall()
    alike = (no for (no,) in earlier if _scope(conn, no) == scope)
    before = next((no for no in alike if is_as_stored(conn, no)), None)
    return None if before is None else diff(conn, before, run)


def _filters(conn: sqlite3.Connection, run: int) -> str:
    return str(conn.execute("SELECT filters FROM run WHERE no = ?", (run,)).fetchone()[0])


def _scope(conn: sqlite3.Connection, run: int) -> Scope:
    codes = conn.execute("SELECT code FROM run_rule WHERE run = ?", (run,))
    return Scope(_filters(conn, run), frozenset(code for (code,) in codes))


def diff(conn: sqlite3.Connection, old: int, new: int) -> Diff:
    """Compare two stored runs. Raises NoSuchRun and RunChanged."""
    before, after = _read(conn, old), _read(conn, new)
    result = Diff(old, new, (before.scope, after.scope), (before.as_of, after.as_of))
    for fingerprint, finding in after.findings.items():
        earlier = before.findings.get(fingerprint)
        if earlier is None:
            evaluated = _evaluated(conn, before, finding)
            (result.new if evaluated else result.not_evaluated).append(finding)
        elif finding.waived > earlier.waived and _compared(finding) == _compared(earlier):
            result.newly_waived.append(finding)
        elif finding.waived == earlier.waived and _compared(finding) == _compared(earlier):
            result.unchanged += 1
        else:
            result.changed.append((earlier, finding))
    for fingerprint, finding in before.findings.items():
        if fingerprint not in after.findings:
            evaluated = _evaluated(conn, after, finding)
            (result.resolved if evaluated else result.not_evaluated).append(finding)
    return result


_FOUND_OTHERWISE: Final = """
  SELECT EXISTS (SELECT {columns} FROM finding WHERE run = :a
                 EXCEPT SELECT {columns} FROM finding WHERE run = :b)
""".format(columns="fingerprint, status, severity, due_on, waived")
_FOUND: Final = "SELECT count(*), sum(status = 'alarm'), sum(waived) FROM finding WHERE run = ?"


def same_runs(conn: sqlite3.Connection, runs: Sequence[int]) -> dict[int, int]:
    """Each run → the first of the unbroken row of runs, up to it, that found the same.

    `runs`: the oldest first. The same: `diff` of any two would tell nothing.
    """
    first: dict[int, int] = {}
    before, counts = None, None
    for run in runs:
        found = conn.execute(_FOUND, (run,)).fetchone()
        same = before is not None and found == counts and not _differ(conn, before, run)
        first[run] = first[before] if same and before is not None else run
        before, counts = run, found
    return first


def _differ(conn: sqlite3.Connection, one: int, other: int) -> bool:
    # As many rows each: what the one lacks, the other has besides.
    if conn.execute(_FOUND_OTHERWISE, {"a": one, "b": other}).fetchone()[0]:
        return True
    return stored_cases(conn, one) != stored_cases(conn, other)


def _compared(finding: StoredFinding) -> tuple[Any, ...]:
    return finding.status, finding.severity, finding.due_on, finding.cases


def _read(conn: sqlite3.Connection, run: int) -> _Run:
    no = find_run(conn, run)
    check_run(conn, no)
    scope = _scope(conn, no)
    filters = dict(part.split("=", 1) for part in scope.filters.split())
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM finding WHERE run = ? ORDER BY code, subject_id", (run,)
    )
    owed_by, cases = stored_owed_by(conn, run), stored_cases(conn, run)
    findings = (
        StoredFinding._make(
            (*row, owed_by.get(row[0], ()), due_on, Text(zh, en), cases.get(row[0], ()))
        )
        for *row, due_on, zh, en in rows
    )
    return _Run(
        scope,
        conn.execute("SELECT as_of FROM run WHERE no = ?", (no,)).fetchone()[0],
        filters.get("instrument"),
        filters.get("zone"),
        filters.get("department"),
        {f.fingerprint: f for f in findings},
    )


def _evaluated(conn: sqlite3.Connection, run: _Run, finding: StoredFinding) -> bool:
    """Whether a run looked at the subject of a finding of another run."""
    if finding.code not in run.scope.codes:
        return False
    if run.instrument and finding.instrument != run.instrument:
        return False
    if run.zone and finding.zone != run.zone:
        return False
    if not run.department or finding.department == run.department:
        return True
    return bool(
        conn.execute(
            "SELECT 1 FROM item_department AS x"
            " JOIN item AS i ON i.no = x.item JOIN instrument AS ins ON ins.no = i.instrument"
            " JOIN department AS d ON d.no = x.department"
            " WHERE ins.id = ? AND i.id = ? AND d.id = ?",
            (finding.instrument, finding.item, run.department),
        ).fetchone()
    )
