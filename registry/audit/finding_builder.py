"""Rows of rules -> findings: with names, overdue days, who owes them, and their message."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from registry.audit.finding import FINDING_STATUSES, Finding, Text, fingerprint
from registry.audit.grouping import fill_message
from registry.audit.lookups import ItemInfo, Lookups, days_between
from registry.audit.rule import Rule
from registry.locale import LANGUAGES
from registry.locale.labels import item_fields_label
from registry.model.fields import Bilingual
from registry.model.vocabulary import Body, Provenance, weakest

OFFICE: Final = "office"
"""The body that owes what neither a department nor a zone can mend: the reform office."""

_NO_MESSAGE: Final = Text("", "")


class FindingBuilder:
    """Builds the findings of one audit: there may be tens of thousands, so what repeats is kept."""

    def __init__(self, lookups: Lookups, as_of: str) -> None:
        self._lookups = lookups
        self._as_of = as_of
        self._overdue = lru_cache(4096)(self._make_overdue)
        self._owed_by = lru_cache(65536)(self._make_owed_by)
        self._department_names = lru_cache(4096)(self._make_department_names)
        self._row_provenance = lru_cache(256)(self._make_row_provenance)

    def build(self, rule: Rule, row: dict[str, Any]) -> Finding:
        """The finding of a row."""
        instrument, status, due_on = row["instrument"], row["status"], row["due_on"]
        subject_type, subject_id = row["subject_type"], str(row["subject_id"])
        item, zone, duty = row.get("item"), row.get("zone"), row.get("duty")
        header = rule.header_of(instrument, duty)
        info = self._lookups.items.get((instrument, item)) if item else None
        department = row.get("department")
        department = self._lookups.successors.get(department or "", department)
        departments = info.departments if info else (department,) if department else ()
        met_on = row.get("met_on")
        days, working_days, overdue = self._overdue(due_on, met_on or self._as_of, bool(met_on))
        return Finding(
            rule.code,
            header.name,
            header.severity,
            status,
            fingerprint(
                instrument,
                rule.code,
                subject_type,
                subject_id,
                row.get("discriminator") or duty or "",
            ),
            instrument,
            subject_type,
            subject_id,
            item,
            info.name if info else None,
            zone,
            departments[0] if departments else None,
            self._owed_by(
                tuple(header.owed_by), instrument, duty, departments, zone, row.get("also_owed_by")
            ),
            info.mode if info else None,
            duty,
            due_on,
            days,
            working_days,
            self._message(header.message, row, info, departments, overdue),
            self._row_provenance(
                row.get("provenance"),
                info.provenance if info else None,
                (bool(duty) or subject_type == "zone-department")
                and instrument in self._lookups.demonstrating,
            ),
            cases=row.get("case_numbers", ()),
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

    def _make_owed_by(
        self,
        by_rule: tuple[Body, ...],
        instrument: str,
        duty: str | None,
        departments: tuple[str, ...],
        zone: str | None,
        also: str | None,
    ) -> tuple[str, ...]:
        """Ids of the bodies that owe a finding: as its duty says, else as the rule says.

        `also`: one more that the rule's row names.
        """
        by_duty = self._lookups.owed_by.get((instrument, duty)) if duty else None
        bodies: dict[str, None] = {}
        for kind in by_duty or by_rule:
            if kind == "department":
                bodies.update(dict.fromkeys(departments or (OFFICE,)))
            elif kind == "zone" and zone:
                bodies[zone] = None
            else:
                bodies[OFFICE] = None
        if also:
            bodies[also] = None
        return tuple(bodies)

    def _message(
        self,
        template: Bilingual,
        row: dict[str, Any],
        info: ItemInfo | None,
        departments: tuple[str, ...],
        overdue: Text,
    ) -> Text:
        if row["status"] not in FINDING_STATUSES:
            return _NO_MESSAGE
        row["item_name"] = info.name if info else ""
        row["zone_name"] = self._lookups.zones.get(row.get("zone") or "", "")
        row["department_name"] = self._department_names(departments)
        row.setdefault("mode", info.mode if info else "")
        texts = []
        for language in LANGUAGES:
            row["overdue"] = getattr(overdue, language)
            if "unofficial_fields" in row:
                row["fields"] = item_fields_label(row["unofficial_fields"], language)
            texts.append(fill_message(getattr(template, language), row, language))
        return Text(*texts)

    def _make_department_names(self, departments: tuple[str, ...]) -> str:
        return "、".join(self._lookups.departments[d] for d in departments)

    def _make_row_provenance(
        self, row: Provenance | None, item: Provenance | None, demonstrates: bool
    ) -> Provenance:
        """The weakest provenance of all that the row rests on.

        A ledger with demonstration rows makes what it lacks a demonstration, too.
        """
        provenances = {provenance for provenance in (row, item) if provenance}
        if demonstrates:
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
