"""Rows of rules -> findings: with names, overdue days, who owes them, and their message."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from registry.audit.finding import FINDING_STATUSES, Finding, Text, fingerprint
from registry.audit.lookups import Lookups, days_between
from registry.audit.message import MessageWriter, compile_message
from registry.audit.rule import Rule
from registry.model.vocabulary import Body, Provenance, Severity, weakest

OFFICE: Final = "office"
"""The body that owes what neither a department nor a zone can mend: the reform office."""

_NO_MESSAGE: Final = Text("", "")


class _Shape(NamedTuple):
    """What all findings of a rule, an instrument and a duty have alike. `of_ledger`: whether they
    are about a duty, and so about what the ledger holds."""

    name: str
    severity: Severity
    owed_by: tuple[Body, ...]
    of_ledger: bool
    message: MessageWriter


class FindingBuilder:
    """Builds the findings of one audit: there may be tens of thousands, so what repeats is kept."""

    def __init__(self, lookups: Lookups, as_of: str) -> None:
        self._lookups = lookups
        self._items, self._zones = lookups.items, lookups.zones
        self._as_of = as_of
        self._overdue = lru_cache(4096)(self._make_overdue)
        self._shapes: dict[tuple[str, str, str | None], _Shape] = {}
        self._owed_by = lru_cache(65536)(self._make_owed_by)
        self._department_names = lru_cache(4096)(self._make_department_names)
        self._row_provenance = lru_cache(256)(self._make_row_provenance)

    def build(self, rule: Rule, row: dict[str, Any]) -> Finding:
        """The finding of a row."""
        get = row.get
        code, instrument, duty = rule.header.code, row["instrument"], get("duty")
        shape = self._shapes.get((code, instrument, duty))
        if shape is None:
            shape = self._shapes[code, instrument, duty] = self._shape(rule, instrument, duty)
        status, due_on, met_on = row["status"], row["due_on"], get("met_on")
        subject_type, subject_id = row["subject_type"], str(row["subject_id"])
        item, zone = get("item"), get("zone")
        info = self._items.get((instrument, item)) if item else None
        if info:
            name, mode, departments = info.name, info.mode, info.departments
        else:
            department = get("department")
            department = self._lookups.successors.get(department or "", department)
            name, mode, departments = None, None, (department,) if department else ()
        days, working_days, overdue = self._overdue(due_on, met_on or self._as_of, bool(met_on))
        if status in FINDING_STATUSES:
            row["item_name"] = name or ""
            row["zone_name"] = self._zones.get(zone or "", "")
            row["department_name"] = self._department_names(departments)
            if "mode" not in row:
                row["mode"] = mode or ""
            message = shape.message(row, overdue)
        else:
            message = _NO_MESSAGE
        return Finding(
            code,
            shape.name,
            shape.severity,
            status,
            fingerprint(
                instrument, code, subject_type, subject_id, get("discriminator") or duty or ""
            ),
            instrument,
            subject_type,
            subject_id,
            item,
            name,
            zone,
            departments[0] if departments else None,
            self._owed_by(shape.owed_by, departments, zone, get("also_owed_by")),
            mode,
            duty,
            due_on,
            days,
            working_days,
            message,
            self._row_provenance(
                get("provenance"),
                info.provenance if info else None,
                shape.of_ledger or subject_type == "zone-department",
                instrument,
            ),
            False,
            get("case_numbers", ()),
        )

    def _shape(self, rule: Rule, instrument: str, duty: str | None) -> _Shape:
        header = rule.header_of(instrument, duty)
        by_duty = self._lookups.owed_by.get((instrument, duty)) if duty else None
        return _Shape(
            header.name,
            header.severity,
            by_duty or tuple(header.owed_by),
            bool(duty),
            compile_message(header.message),
        )

    def _make_overdue(
        self, due_on: str | None, until: str, met: bool
    ) -> tuple[int | None, int | None, Text]:
        """Calendar and working days from `due_on` to `until`, and both in words; what is met came
        late, and is not overdue."""
        late = due_on is not None and until > due_on
        days = days_between(due_on, until) if due_on and late else None
        working_days = self._lookups.working_days(due_on, until) if due_on and late else None
        return days, working_days, _in_words(days, working_days, met)

    @staticmethod
    def _make_owed_by(
        kinds: tuple[Body, ...], departments: tuple[str, ...], zone: str | None, also: str | None
    ) -> tuple[str, ...]:
        """Ids of the bodies that owe a finding, by their kinds.

        `also`: one more that the rule's row names.
        """
        bodies: dict[str, None] = {}
        for kind in kinds:
            if kind == "department":
                bodies.update(dict.fromkeys(departments or (OFFICE,)))
            elif kind == "zone" and zone:
                bodies[zone] = None
            else:
                bodies[OFFICE] = None
        if also:
            bodies[also] = None
        return tuple(bodies)

    def _make_department_names(self, departments: tuple[str, ...]) -> str:
        return "、".join(self._lookups.departments[d] for d in departments)

    def _make_row_provenance(
        self, row: Provenance | None, item: Provenance | None, of_ledger: bool, instrument: str
    ) -> Provenance:
        """The weakest provenance of all that the row rests on.

        A ledger with demonstration rows makes what it lacks a demonstration, too.
        """
        provenances = {provenance for provenance in (row, item) if provenance}
        if of_ledger and instrument in self._lookups.demonstrating:
            provenances.add("demonstration")
        return weakest(provenances) or "official"


def _in_words(days: int | None, working_days: int | None, met: bool) -> Text:
    if days is None:
        return Text("逾期天数无法核算", "days overdue unknown")
    zh, en = ("晚于期限", "late") if met else ("已逾期", "overdue")
    if working_days is None:
        return Text(f"{zh}{days}日", f"{days} days {en}")
    return Text(
        f"{zh}{days}日（{working_days}个工作日）", f"{days} days {en} ({working_days} working days)"
    )
