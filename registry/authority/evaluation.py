"""How delegations are used in a period (运行评估): figures by delegation, zone and department.

A case counts under the delegation of the zone that accepted it, by the day of acceptance. Only
delegations of lists that confer something are evaluated: what a zone exercised before is none.
Figures of a department are of all delegations of its items, so that an
item of several departments counts for each of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from registry.authority.advice import Advice, advise
from registry.authority.case_counts import AuditRun, CasesApart, count_cases, latest_run
from registry.authority.figures import Counts, Figures, figures, total
from registry.model.config import EvaluationThresholds
from registry.model.vocabulary import Provenance
from registry.store.provenance import provenance_counts
from registry.store.views import create_shadow_views

GroupName = Literal["delegation", "zone", "department"]
GROUPS: Final[tuple[GroupName, ...]] = ("delegation", "zone", "department")

_DELEGATIONS: Final = """
SELECT d.delegation_no, d.instrument, d.id, d.reference, d.item, d.item_name, d.item_no,
       d.zone, z.short_name AS zone_name, d.mode, d.initiation, s.state, d.provenance
FROM delegations AS d
JOIN current_standing AS s ON s.delegation_no = d.delegation_no
JOIN zones AS z ON z.zone_no = d.zone_no
WHERE d.annex_role = 'delegated'
ORDER BY d.delegation_no
"""
_STATED: Final = (
    *("instrument", "id", "reference", "item", "item_name", "zone", "zone_name"),
    *("mode", "initiation", "state", "provenance"),
)
_THROUGHOUT: Final = """
SELECT s.delegation_no FROM standing AS s
WHERE s.state = '生效' AND s.from_on <= :from_on AND (s.to_on IS NULL OR s.to_on >= :to_on)
"""
_DEPARTMENTS: Final = """
SELECT x.item_no, x.department, x.department_name FROM item_departments AS x
ORDER BY x.department_no, x.item_no
"""
_LOADS: Final = """
SELECT l.from_on, l.to_on, l.provenance FROM platform_loads AS l
WHERE l.kind = 'cases' AND l.from_on <= :to_on AND l.to_on >= :from_on ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of the period that files of cases cover, as stretches, first and last day included.

    `days`: of the whole period; `covered`: of the stretches together.
    """

    stretches: tuple[tuple[str, str], ...]
    covered: int
    days: int

    @property
    def whole(self) -> bool:
        """Whether every day is covered."""
        return self.covered == self.days


@dataclass(frozen=True, slots=True)
class Entry:
    """A body, and the figures of its delegations."""

    id: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class EvaluatedDelegation:
    """A delegation. `zone`: who holds it on the day; `departments`: short names; `state`: of the
    day; `usable`: applied for, and in force throughout the period."""

    instrument: str
    id: str
    reference: str
    item: str
    item_name: str
    zone: str
    zone_name: str
    departments: tuple[str, ...]
    mode: str
    initiation: str
    state: str
    usable: bool
    figures: Figures
    advice: Advice
    provenance: Provenance

    @property
    def idle(self) -> bool:
        """Whether it is one of those without a case (零办件); not where that is not known."""
        return self.usable and self.figures.cases == 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is told of a period. `run`: the audit whose findings are counted, if any."""

    from_on: str
    to_on: str
    as_of: str
    instruments: tuple[str, ...]
    coverage: Coverage
    run: AuditRun | None
    overall: Figures
    delegations: list[EvaluatedDelegation]
    zones: list[Entry]
    departments: list[Entry]
    apart: CasesApart
    thresholds: EvaluationThresholds
    demonstrates: bool
    reconstructs: bool

    @property
    def idle(self) -> list[EvaluatedDelegation]:
        """The delegations without a case."""
        return [delegation for delegation in self.delegations if delegation.idle]


def evaluate(
    conn: sqlite3.Connection,
    from_on: str,
    to_on: str,
    as_of: str,
    thresholds: EvaluationThresholds,
) -> Evaluation:
    """The evaluation of a period, as the registry stands on the day `as_of`.

    Days are in ISO's form; `from_on` ≤ `to_on` ≤ `as_of`. Reads one state of the file and writes
    nothing to it.
    """
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("BEGIN")
    try:
        create_shadow_views(conn, as_of, materialise=True)
        return _read(conn, from_on, to_on, as_of, thresholds)
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def _read(
    conn: sqlite3.Connection,
    from_on: str,
    to_on: str,
    as_of: str,
    thresholds: EvaluationThresholds,
) -> Evaluation:
    period = {"from_on": from_on, "to_on": to_on}
    loads = conn.execute(_LOADS, period).fetchall()
    coverage = covered_days(((first, last) for first, last, _of in loads), from_on, to_on)
    run = latest_run(conn, from_on, as_of)
    counted, apart = count_cases(conn, from_on, to_on, as_of, run)
    throughout = {no for (no,) in conn.execute(_THROUGHOUT, period)}
    departments: dict[str, str] = {}
    of_item: dict[int, list[str]] = {}
    for item, department, name in conn.execute(_DEPARTMENTS):
        departments[department] = name
        of_item.setdefault(item, []).append(department)
    cursor = conn.execute(_DELEGATIONS)
    columns = [description[0] for description in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor]
    counts = {
        row["delegation_no"]: _with_use(
            row, counted.get(row["delegation_no"], Counts()), throughout
        )
        for row in rows
    }

    def told(some: Iterable[Counts]) -> Figures:
        return figures(total(some), covered=bool(coverage.covered), audited=run is not None)

    def evaluated(row: Mapping[str, Any]) -> EvaluatedDelegation:
        of_row = counts[row["delegation_no"]]
        known = told([of_row])
        return EvaluatedDelegation(
            **{name: row[name] for name in _STATED},
            departments=tuple(departments[id_] for id_ in of_item.get(row["item_no"], ())),
            usable=bool(of_row.usable),
            figures=known,
            advice=advise(
                known,
                thresholds,
                in_force=row["state"] == "生效",
                usable=bool(of_row.usable),
                applied_for=not of_row.not_applied_for,
                whole_period=coverage.whole,
            ),
        )

    provenances = {name for found in provenance_counts(conn).values() for name in found}
    provenances.update(provenance for _from, _to, provenance in loads)
    numbers = conn.execute("SELECT number FROM instrument ORDER BY no")
    return Evaluation(
        from_on,
        to_on,
        as_of,
        tuple(number for (number,) in numbers),
        coverage,
        run,
        told(counts.values()),
        [evaluated(row) for row in rows],
        _entries(
            {row["zone"]: row["zone_name"] for row in rows},
            ((row["zone"], counts[row["delegation_no"]]) for row in rows),
            told,
        ),
        _entries(
            departments,
            (
                (department, counts[row["delegation_no"]])
                for row in rows
                for department in of_item.get(row["item_no"], ())
            ),
            told,
        ),
        apart,
        thresholds,
        demonstrates="demonstration" in provenances,
        reconstructs="reconstruction" in provenances,
    )


def _with_use(row: Mapping[str, Any], counts: Counts, throughout: set[int]) -> Counts:
    """The counts of a delegation, with how it counts for the use rate."""
    applied_for = row["initiation"] == "依申请"
    lasting = row["delegation_no"] in throughout
    usable = applied_for and lasting
    return counts._replace(
        delegations=1,
        usable=int(usable),
        used=int(usable and counts.cases > 0),
        not_applied_for=int(not applied_for),
        not_throughout=int(applied_for and not lasting),
    )


def _entries(
    names: Mapping[str, str],
    counts: Iterable[tuple[str, Counts]],
    told: Callable[[Iterable[Counts]], Figures],
) -> list[Entry]:
    """Bodies that have any delegation, in the order of `names`."""
    of_body: dict[str, list[Counts]] = {}
    for body, some in counts:
        of_body.setdefault(body, []).append(some)
    return [Entry(id_, name, told(of_body[id_])) for id_, name in names.items() if id_ in of_body]


def covered_days(stretches: Iterable[tuple[str, str]], from_on: str, to_on: str) -> Coverage:
    """What stretches of days, in any order, cover of a period; those that meet become one."""
    found: list[tuple[date, date]] = []
    first, last = date.fromisoformat(from_on), date.fromisoformat(to_on)
    for begin, end in sorted(stretches):
        begins = max(date.fromisoformat(begin), first)
        ends = min(date.fromisoformat(end), last)
        if begins > ends:
            continue
        if found and begins <= found[-1][1] + timedelta(1):
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return Coverage(
        tuple((begins.isoformat(), ends.isoformat()) for begins, ends in found),
        sum((ends - begins).days + 1 for begins, ends in found),
        (last - first).days + 1,
    )
