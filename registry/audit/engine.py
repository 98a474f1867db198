"""Evaluates rules: counts in SQL, fetches only what was found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from registry.audit.finding import FINDING_STATUSES, Audit, Finding, RuleResult, Text, fingerprint
from registry.audit.labels import Labels, days_between
from registry.audit.rule import Rule
from registry.model.vocabulary import STATUSES, Provenance, Status, weakest
from registry.store.provenance import provenance_counts
from registry.store.views import shadow

OFFICE: Final = "office"
"""The body that owes what neither a department nor a zone can mend: the reform office."""

_REQUIRED: Final = ("instrument", "subject_type", "subject_id", "status", "due_on")


@dataclass(frozen=True)
class Filters:
    """Narrows an audit to subjects of one zone, of one department, or of both.

    What belongs to no zone (a list's total, an item as such) is not examined under a zone.
    """

    zone: str | None = None
    department: str | None = None

    def __str__(self) -> str:
        given = (("zone", self.zone), ("department", self.department))
        return " ".join(f"{name}={value}" for name, value in given if value)

    def condition(self, columns: Sequence[str]) -> str:
        """The SQL condition on a rule's columns; parameters :zone and :department."""
        terms = ["1"]
        if self.zone:
            terms.append("zone = :zone" if "zone" in columns else "0")
        if self.department:
            ways = []
            if "department" in columns:
                ways.append("department = :department")
            if "item" in columns:
                ways.append("(instrument, item) IN (SELECT instrument, item FROM temp.owned_item)")
            terms.append(f"({' OR '.join(ways) or '0'})")
        return " AND ".join(terms)


class RuleFailure(Exception):
    """A rule whose SELECT does not run, or gives rows of the wrong form."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


def run_audit(
    conn: sqlite3.Connection,
    rules: Iterable[Rule],
    as_of: str,
    filters: Filters = Filters(),
    *,
    everything: bool = False,
) -> Audit:
    """Evaluate `rules` as of a day. Reads one state of the file and writes nothing to it.

    With `everything`, rows of every status are fetched, not findings only. Raises RuleFailure.
    """
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("BEGIN")
    try:
        shadow(conn, as_of, materialise=True)
        if filters.department:
            _own_items(conn, filters.department)
        labels = Labels(conn)
        evaluation = _Evaluation(conn, labels, as_of, filters, everything)
        for rule in rules:
            evaluation.evaluate(rule)
        instruments = [row[0] for row in conn.execute("SELECT number FROM instrument ORDER BY no")]
        return Audit(
            as_of,
            "、".join(instruments),
            provenance_counts(conn),
            evaluation.results,
            evaluation.findings,
            str(filters),
        )
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def _own_items(conn: sqlite3.Connection, department: str) -> None:
    conn.execute("CREATE TEMP TABLE owned_item (instrument TEXT, item TEXT)")
    conn.execute(
        "INSERT INTO temp.owned_item SELECT ins.id, i.id FROM item_department AS x"
        " JOIN item AS i ON i.no = x.item JOIN instrument AS ins ON ins.no = i.instrument"
        " JOIN department AS dep ON dep.no = x.department WHERE dep.id = ?",
        (department,),
    )


class _Evaluation:
    def __init__(
        self,
        conn: sqlite3.Connection,
        labels: Labels,
        as_of: str,
        filters: Filters,
        everything: bool,
    ) -> None:
        self._conn = conn
        self._labels = labels
        self._as_of = as_of
        self._filters = filters
        self._wanted = STATUSES if everything else FINDING_STATUSES
        self._parameters = {
            "as_of": as_of,
            "zone": filters.zone,
            "department": filters.department,
        }
        self.results: list[RuleResult] = []
        self.findings: list[Finding] = []

    def evaluate(self, rule: Rule) -> None:
        try:
            columns = self._columns(rule)
            rows = f"FROM (\n{rule.sql}\n) WHERE {self._filters.condition(columns)}"
            counted = self._conn.execute(
                f"SELECT status, count(*) {rows} GROUP BY status", self._parameters
            ).fetchall()
            counts = self._counts(rule, counted)
            self.results.append(RuleResult(rule.code, rule.header.name, rule.digest, counts))
            if any(counts[status] for status in self._wanted):
                wanted = ", ".join(f"'{status}'" for status in self._wanted)
                fetched = self._conn.execute(
                    f"SELECT * {rows} AND status IN ({wanted})", self._parameters
                )
                make = partial(self._finding, rule)
                found = [make(dict(zip(columns, row, strict=True))) for row in fetched]
                found.sort(key=lambda f: (f.instrument, f.subject_id, f.duty or ""))
                self.findings += found
        except sqlite3.Error as error:
            raise RuleFailure(rule.code, str(error)) from error

    def _columns(self, rule: Rule) -> list[str]:
        cursor = self._conn.execute(f"SELECT * FROM (\n{rule.sql}\n) LIMIT 0", self._parameters)
        columns = [description[0] for description in cursor.description]
        lacking = [name for name in _REQUIRED if name not in columns]
        if lacking:
            raise RuleFailure(rule.code, f"gives no column {', '.join(lacking)}")
        return columns

    @staticmethod
    def _counts(rule: Rule, counted: list[tuple[str, int]]) -> dict[Status, int]:
        counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
        for status, n in counted:
            if status not in counts:
                raise RuleFailure(rule.code, f"gives the status {status}")
            counts[status] = n
        return counts

    def _finding(self, rule: Rule, row: dict[str, Any]) -> Finding:
        instrument, status = row["instrument"], row["status"]
        subject_type, subject_id = row["subject_type"], str(row["subject_id"])
        item, zone, duty = row.get("item"), row.get("zone"), row.get("duty")
        label = self._labels.items.get((instrument, item)) if item else None
        department = row.get("department")
        departments = label.departments if label else (department,) if department else ()
        due_on = row["due_on"]
        until = row.get("met_on") or self._as_of
        overdue = bool(due_on) and until > due_on
        days = days_between(due_on, until) if overdue else None
        working_days = self._labels.working_days(due_on, until) if overdue else None
        discriminator = row.get("discriminator") or duty or ""
        return Finding(
            rule.code,
            rule.header.name,
            rule.header.severity,
            status,
            fingerprint(instrument, rule.code, subject_type, subject_id, discriminator),
            instrument,
            subject_type,
            subject_id,
            item,
            label.name if label else None,
            zone,
            departments[0] if departments else None,
            self._owed_by(rule, instrument, duty, departments, zone),
            label.mode if label else None,
            duty,
            due_on,
            days,
            working_days,
            self._message(rule, row, label.name if label else "", departments, days, working_days),
            self._row_provenance(row, label.provenance if label else None, duty),
        )

    def _owed_by(
        self,
        rule: Rule,
        instrument: str,
        duty: str | None,
        departments: tuple[str, ...],
        zone: str | None,
    ) -> tuple[str, ...]:
        known = self._labels.duties.get((instrument, duty)) if duty else None
        bodies: dict[str, None] = {}
        for kind in known.owed_by if known else rule.header.owed_by:
            if kind == "department":
                bodies.update(dict.fromkeys(departments or (OFFICE,)))
            elif kind == "zone" and zone:
                bodies[zone] = None
            else:
                bodies[OFFICE] = None
        return tuple(bodies)

    def _message(
        self,
        rule: Rule,
        row: Mapping[str, Any],
        item_name: str,
        departments: tuple[str, ...],
        days: int | None,
        working_days: int | None,
    ) -> Text:
        labels = self._labels
        values = {
            **row,
            "item_name": item_name,
            "zone_name": labels.zones.get(row.get("zone") or "", ""),
            "department_name": "、".join(labels.departments[d] for d in departments),
        }
        item = labels.items.get((row["instrument"], row.get("item") or ""))
        values.setdefault("mode", item.mode if item else "")
        if row["status"] not in FINDING_STATUSES:
            return _NO_MESSAGE
        template = rule.header.message
        overdue_zh, overdue_en = _overdue(days, working_days)
        return Text(
            template.zh.format_map({**values, "overdue": overdue_zh}),
            template.en.format_map({**values, "overdue": overdue_en}),
        )

    def _row_provenance(
        self, row: Mapping[str, Any], item: Provenance | None, duty: str | None
    ) -> Provenance:
        """The weakest of all that the row rests on; what a demonstration lacks is demonstration."""
        found: set[Provenance] = {item} if item else set()
        if row.get("provenance"):
            found.add(row["provenance"])
        if self._labels.ledger_demonstrates and (duty or row["subject_type"] == "zone-department"):
            found.add("demonstration")
        return weakest(found) or "official"


_NO_MESSAGE: Final = Text("", "")


def _overdue(days: int | None, working_days: int | None) -> tuple[str, str]:
    if days is None:
        return "逾期天数无法核算", "days overdue unknown"
    if working_days is None:
        return f"已逾期{days}日", f"{days} days overdue"
    return (
        f"已逾期{days}日（{working_days}个工作日）",
        f"{days} days overdue ({working_days} working days)",
    )
