"""Evaluates rules: counts in SQL, fetches only what was found."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any, Final

from registry.audit.duty_rules import expand_duty_rules
from registry.audit.filters import EVERYTHING, Filters, list_department_items
from registry.audit.finding import FINDING_STATUSES, Audit, Finding, RuleResult, Text, fingerprint
from registry.audit.grouping import CASE_COLUMN, fill_message, group_cases
from registry.audit.lookups import ItemInfo, Lookups, days_between
from registry.audit.rule import Rule
from registry.audit.rule_book import RuleBook
from registry.audit.waivers import (
    RULES_ON_WAIVERS,
    apply_waivers,
    with_instruments,
    write_waiver_table,
)
from registry.authority.case_verdicts import create_case_tables
from registry.errors import RegistryError
from registry.locale import LANGUAGES, _, list_separator
from registry.locale.labels import item_fields_label
from registry.model.config import Config, Thresholds
from registry.model.fields import Bilingual
from registry.model.vocabulary import STATUSES, Body, Provenance, Status, weakest
from registry.model.waiver import Waiver
from registry.store.duty_checks import duty_checks
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.references import References
from registry.store.views import create_shadow_views

OFFICE: Final = "office"
"""The body that owes what neither a department nor a zone can mend: the reform office."""

_DEFAULTS: Final = Config()

_CACHE_KB: Final = 65_536

_REQUIRED: Final = ("instrument", "subject_type", "subject_id", "status", "due_on")


class RuleFailure(RegistryError):
    """A rule whose SELECT does not run, or gives rows of the wrong form."""


def run_audit(
    conn: sqlite3.Connection,
    rules: Iterable[Rule],
    as_of: str,
    filters: Filters = EVERYTHING,
    *,
    everything: bool = False,
    config: Config = _DEFAULTS,
    waivers: Sequence[Waiver] = (),
    rule_book: RuleBook | None = None,
) -> Audit:
    """Evaluate `rules` as of a day. Reads one state of the file and writes nothing to it.

    Built-in rules read the day from the table `as_of`; a rule of one's own may take it as the
    parameter `:as_of`. With `everything`, rows of every status are fetched, not findings only.
    `config` gives the thresholds that rules take as parameters; `waivers` mark findings.
    `rule_book`: that of these rules, where the caller has it already. A rule examines only the
    instruments that it rests on (see module `rule_book`), and none without those. Raises
    RuleFailure.
    """
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    conn.execute("BEGIN")
    collecting = gc.isenabled()
    gc.disable()  # findings hold no cycles, and there may be tens of thousands to go through
    try:
        rules = expand_duty_rules(rules, duty_checks(conn))
        queries = {rule.sql for rule in rules}
        create_shadow_views(conn, as_of, materialise=True, queries=queries)
        create_case_tables(conn, queries)
        if filters.department:
            list_department_items(conn, filters.department)
        lookups = Lookups(conn)
        rule_book = rule_book or RuleBook(conn, rules)
        evaluation = _Evaluation(
            conn, lookups, rule_book, as_of, filters, everything, config.thresholds
        )
        on_waivers = [rule for rule in rules if rule.code in RULES_ON_WAIVERS]
        for rule in rules:
            if rule.code not in RULES_ON_WAIVERS:
                evaluation.evaluate(rule)
        placed = with_instruments(conn, waivers)
        findings, matched = apply_waivers(evaluation.findings, placed, as_of)
        evaluation.findings = findings
        write_waiver_table(conn, placed, matched, {result.code for result in evaluation.results})
        for rule in on_waivers:
            evaluation.evaluate(rule)
        instruments = conn.execute(
            "SELECT number FROM instrument WHERE id = coalesce(?, id) ORDER BY no",
            (filters.instrument,),
        )
        return Audit(
            as_of,
            "、".join(number for (number,) in instruments),
            provenance_counts(conn),
            evaluation.results,
            evaluation.findings,
            str(filters),
            unofficial_fields=unofficial_fields(conn),
            not_applied=evaluation.not_applied,
            shared_subjects=References(conn).shared,
        )
    finally:
        if collecting:
            gc.enable()
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def _place(rule: Rule) -> str:
    return _("rule {code}").format(code=rule.code)


class _Evaluation:
    def __init__(
        self,
        conn: sqlite3.Connection,
        lookups: Lookups,
        rule_book: RuleBook,
        as_of: str,
        filters: Filters,
        everything: bool,
        thresholds: Thresholds,
    ) -> None:
        self._conn = conn
        self._lookups = lookups
        self._rule_book = rule_book
        self._as_of = as_of
        self._filters = filters
        self._wanted = STATUSES if everything else FINDING_STATUSES
        self._parameters: dict[str, str | int | None] = {
            "as_of": as_of,
            "answer_days": thresholds.guidance_answer_days,
            "expiring_by": _days_after(as_of, thresholds.agreement_expiring_days),
            "filing_days": thresholds.agreement_filing_days,
            "recording_days": thresholds.recording_days,
            "checkpoint_days": thresholds.checkpoint_days,
            "dormant_before": _days_after(as_of, -thresholds.dormant_days),
            "case_sample": thresholds.case_sample,
            "instrument": filters.instrument,
            "zone": filters.zone,
            "department": filters.department,
        }
        self.results: list[RuleResult] = []
        self.findings: list[Finding] = []
        self.not_applied: list[str] = []
        self._overdue = lru_cache(4096)(self._make_overdue)
        self._owed_by = lru_cache(65536)(self._make_owed_by)
        self._department_names = lru_cache(4096)(self._make_department_names)
        self._row_provenance = lru_cache(256)(self._make_row_provenance)

    def evaluate(self, rule: Rule) -> None:
        instruments = self._rule_book.instruments_of(rule)
        if not instruments:
            self.not_applied.append(rule.code)
            return
        self._parameters["code"] = rule.code
        try:
            condition = self._narrowed(rule) + self._applies(rule, instruments)
            rows = f"FROM (\n{rule.sql}\n) WHERE {condition}"
            counts = self._count(rule, rows) if self._has_subjects(rule) else _NOTHING
            self.results.append(RuleResult(rule.code, rule.header.name, rule.digest, counts))
            if any(counts[status] for status in self._wanted):
                wanted = ", ".join(f"'{status}'" for status in self._wanted)
                fetched = self._conn.execute(
                    f"SELECT * {rows} AND status IN ({wanted})", self._parameters
                )
                columns = [description[0] for description in fetched.description]
                make = partial(self._finding, rule)
                found: Iterable[dict[str, Any]] = (
                    dict(zip(columns, row, strict=True)) for row in fetched
                )
                if CASE_COLUMN in columns:
                    found = group_cases(found)
                findings = [make(row) for row in found]
                findings.sort(key=lambda f: (f.instrument, f.subject_id, f.duty or ""))
                self.findings += findings
        except sqlite3.Error as error:
            raise RuleFailure(str(error), place=_place(rule)) from error
        except KeyError as error:  # of a message's format
            raise RuleFailure(
                _("its message names {name}, which its SELECT does not give").format(
                    name=error.args[0]
                ),
                _("Correct the name, or give such a column."),
                _place(rule),
            ) from error

    def _applies(self, rule: Rule, instruments: tuple[str, ...]) -> str:
        """The condition on rows' instruments; none where the rule itself keeps to them."""
        if rule.header.check or len(instruments) == len(self._rule_book.numbers):
            return ""
        names = [f"applies_{number}" for number in range(len(instruments))]
        self._parameters.update(zip(names, instruments, strict=True))
        return f" AND +instrument IN ({', '.join(f':{name}' for name in names)})"

    def _has_subjects(self, rule: Rule) -> bool:
        """Whether the view has a row of which the rule's subjects are."""
        view = rule.header.each
        return view is None or bool(self._conn.execute(f"SELECT 1 FROM {view} LIMIT 1").fetchone())

    def _narrowed(self, rule: Rule) -> str:
        """The condition of the filters. The form of a built-in rule is known: its tests hold it."""
        if self._filters == EVERYTHING and not rule.own:
            return EVERYTHING.condition(())
        return self._filters.condition(self._columns(rule))

    def _columns(self, rule: Rule) -> list[str]:
        cursor = self._conn.execute(f"SELECT * FROM (\n{rule.sql}\n) LIMIT 0", self._parameters)
        columns = [description[0] for description in cursor.description]
        missing = [name for name in _REQUIRED if name not in columns]
        if missing:
            raise RuleFailure(
                _("its SELECT gives no column {columns}").format(columns=", ".join(missing)),
                place=_place(rule),
            )
        return columns

    def _count(self, rule: Rule, rows: str) -> dict[Status, int]:
        """Subjects by status, in one pass that sorts nothing and joins no names."""
        sums = ", ".join(f"coalesce(sum(status = '{status}'), 0)" for status in STATUSES)
        # LIMIT keeps SQLite from evaluating the expression of a status anew in every sum; the rules
        # on duties have none, and many rows.
        source = rows if rule.header.check else f"FROM (SELECT status {rows} LIMIT -1)"
        total, *counts = self._conn.execute(
            f"SELECT count(*), {sums} {source}", self._parameters
        ).fetchone()
        if sum(counts) < total:
            known = ", ".join(f"'{status}'" for status in STATUSES)
            (unknown,) = self._conn.execute(
                f"SELECT status {rows} AND (status IS NULL OR status NOT IN ({known})) LIMIT 1",
                self._parameters,
            ).fetchone()
            raise RuleFailure(
                _("its SELECT gives the status {status}").format(status=unknown),
                _("Known are: {known}.").format(known=list_separator().join(STATUSES)),
                place=_place(rule),
            )
        return dict(zip(STATUSES, counts, strict=True))

    def _finding(self, rule: Rule, row: dict[str, Any]) -> Finding:
        """The finding of a row. There may be tens of thousands: what repeats is looked up."""
        instrument, status, due_on = row["instrument"], row["status"], row["due_on"]
        subject_type, subject_id = row["subject_type"], str(row["subject_id"])
        item, zone, duty = row.get("item"), row.get("zone"), row.get("duty")
        header = rule.header_of(instrument, duty)
        info = self._lookups.items.get((instrument, item)) if item else None
        department = row.get("department")
        department = self._lookups.successors.get(department or "", department)
        departments = info.departments if info else (department,) if department else ()
        until = row.get("met_on") or self._as_of
        days, working_days, overdue = self._overdue(due_on, until)
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

    def _make_overdue(self, due_on: str | None, until: str) -> tuple[int | None, int | None, Text]:
        """Calendar and working days from `due_on` to `until`, and both in words."""
        late = due_on is not None and until > due_on
        days = days_between(due_on, until) if due_on and late else None
        working_days = self._lookups.working_days(due_on, until) if due_on and late else None
        return days, working_days, _in_words(days, working_days)

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


def _days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


_NOTHING: Final[dict[Status, int]] = dict.fromkeys(STATUSES, 0)
_NO_MESSAGE: Final = Text("", "")


def _in_words(days: int | None, working_days: int | None) -> Text:
    if days is None:
        return Text("逾期天数无法核算", "days overdue unknown")
    if working_days is None:
        return Text(f"已逾期{days}日", f"{days} days overdue")
    return Text(
        f"已逾期{days}日（{working_days}个工作日）",
        f"{days} days overdue ({working_days} working days)",
    )
