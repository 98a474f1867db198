"""Evaluates rules: counts in SQL, fetches only what was found."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from registry.audit.duty_rules import expand_duty_rules
from registry.audit.filters import EVERYTHING, Filters, list_department_items
from registry.audit.finding import FINDING_STATUSES, Audit, Finding, RuleResult
from registry.audit.finding_builder import FindingBuilder
from registry.audit.grouping import CASE_COLUMN, group_cases
from registry.audit.lookups import Lookups
from registry.audit.portable import Engine, definitions, temporary_table
from registry.audit.rule import Rule
from registry.audit.rule_book import RuleBook
from registry.audit.waivers import (
    RULES_ON_WAIVERS,
    WAIVERS,
    apply_waivers,
    with_instruments,
    write_waiver_table,
)
from registry.authority.case_verdicts import create_case_tables
from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.config import Config
from registry.model.vocabulary import STATUSES, Status
from registry.model.waiver import Waiver
from registry.store.duty_checks import duty_checks
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.references import References
from registry.store.views import create_shadow_views, may_have_rows

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
    elsewhere: Engine | None = None,
) -> Audit:
    """Evaluate `rules` as of a day. Reads one state of the file and writes nothing to it.

    Built-in rules read the day from the table `as_of`; a rule of one's own may take it as the
    parameter `:as_of`. With `everything`, rows of every status are fetched, not findings only.
    `config` gives the thresholds that rules take as parameters; `waivers` mark findings.
    `rule_book`: that of these rules, where the caller has it already. A rule examines only the
    instruments that it rests on (see module `rule_book`), and none without those. `elsewhere`: an
    engine that holds the file's tables and runs the rules' SELECTs instead (see module
    `portable`). Raises RuleFailure.
    """
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    conn.execute("BEGIN")
    collecting = gc.isenabled()
    gc.disable()  # findings hold no cycles, and there may be tens of thousands to go through
    try:
        rules = expand_duty_rules(rules, duty_checks(conn))
        queries = {rule.sql for rule in rules if _has_subjects(conn, rule)}
        create_shadow_views(conn, as_of, materialise=True, queries=() if elsewhere else queries)
        create_case_tables(conn, queries)
        if filters.department:
            list_department_items(conn, filters.department)
        if elsewhere:
            elsewhere.define(definitions(conn, {*queries, filters.condition(("zone", "item"))}))
        lookups = Lookups(conn)
        rule_book = rule_book or RuleBook(conn, rules)
        kind = partial(_Elsewhere, elsewhere) if elsewhere else _Evaluation
        evaluation = kind(conn, lookups, rule_book, as_of, filters, everything, config)
        on_waivers = [rule for rule in rules if rule.code in RULES_ON_WAIVERS]
        for rule in rules:
            if rule.code not in RULES_ON_WAIVERS:
                evaluation.evaluate(rule)
        placed = with_instruments(conn, waivers)
        findings, matched = apply_waivers(evaluation.findings, placed, as_of)
        evaluation.findings = findings
        write_waiver_table(conn, placed, matched, {result.code for result in evaluation.results})
        if elsewhere:
            elsewhere.define([temporary_table(conn, WAIVERS)])
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


def _has_subjects(conn: sqlite3.Connection, rule: Rule) -> bool:
    """Whether there can be any row of which the rule's subjects are."""
    return rule.header.each is None or may_have_rows(conn, rule.header.each)


def _place(rule: Rule) -> str:
    return _("rule {code}").format(code=rule.code)


class _Evaluation:
    _INSTRUMENT = "+instrument"  # no reason to go by an index

    def __init__(
        self,
        conn: sqlite3.Connection,
        lookups: Lookups,
        rule_book: RuleBook,
        as_of: str,
        filters: Filters,
        everything: bool,
        config: Config,
    ) -> None:
        thresholds, evaluated = config.thresholds, config.evaluation
        self._conn = conn
        self._builder = FindingBuilder(lookups, as_of)
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
            "evaluated_from": evaluated.period_start(as_of),
            "seldom_cases": evaluated.seldom_cases,
            "guidance_returned": evaluated.guidance_returned,
            "guidance_findings": evaluated.guidance_findings,
            "instrument": filters.instrument,
            "zone": filters.zone,
            "department": filters.department,
        }
        self.results: list[RuleResult] = []
        self.findings: list[Finding] = []
        self.not_applied: list[str] = []

    def evaluate(self, rule: Rule) -> None:
        instruments = self._rule_book.instruments_of(rule)
        if not instruments:
            self.not_applied.append(rule.code)
            return
        self._parameters["code"] = rule.code
        found: list[dict[str, Any]] = []
        try:
            counts = _NOTHING
            if _has_subjects(self._conn, rule):
                condition = self._narrowed(rule) + self._applies(rule, instruments)
                rows = f"FROM (\n{rule.sql}\n) WHERE {condition}"
                counts, found = self._read(rule, rows)
            self.results.append(RuleResult(rule.code, rule.header.name, rule.digest, counts))
            if found and CASE_COLUMN in found[0]:
                found = list(group_cases(found))
            findings = [self._builder.build(rule, row) for row in found]
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
        return f" AND {self._INSTRUMENT} IN ({', '.join(f':{name}' for name in names)})"

    def _wanted_rows(self, rows: str) -> list[dict[str, Any]]:
        wanted = ", ".join(f"'{status}'" for status in self._wanted)
        return _dicts(
            self._conn.execute(f"SELECT * {rows} AND status IN ({wanted})", self._parameters)
        )

    def _read(self, rule: Rule, rows: str) -> tuple[dict[Status, int], list[dict[str, Any]]]:
        """How many subjects have which status, and the rows of those that are wanted."""
        if rule.header.per == "case":
            return self._read_once(rows)
        counts = self._count(rule, rows)
        wanted = any(counts[status] for status in self._wanted)
        return counts, self._wanted_rows(rows) if wanted else []

    def _read_once(self, rows: str) -> tuple[dict[Status, int], list[dict[str, Any]]]:
        """The same where rows stand for several subjects: of cases there are too many to go through
        them twice."""
        return _tally(
            _dicts(self._conn.execute(f"SELECT * {rows}", self._parameters)), self._wanted
        )

    def _narrowed(self, rule: Rule) -> str:
        """The condition of the filters. The form of a built-in rule is known: its tests hold it."""
        if self._filters == EVERYTHING and not rule.own:
            return EVERYTHING.condition(())
        return self._filters.condition(self._columns(rule))

    def _columns(self, rule: Rule) -> list[str]:
        cursor = self._conn.execute(f"SELECT * FROM (\n{rule.sql}\n) LIMIT 0", self._parameters)
        return _required(rule, [description[0] for description in cursor.description])

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
            raise _unknown_status(rule, unknown)
        return dict(zip(STATUSES, counts, strict=True))


class _Elsewhere(_Evaluation):
    """The same by another engine."""

    _INSTRUMENT = "instrument"

    def __init__(self, engine: Engine, *settings: Any) -> None:
        super().__init__(*settings)
        self._engine = engine

    def _read(self, rule: Rule, rows: str) -> tuple[dict[Status, int], list[dict[str, Any]]]:
        if rule.header.per == "case":
            return _tally(self._select(f"SELECT * {rows}"), self._wanted)
        counted = self._select(f"SELECT status, count(*) AS subjects {rows} GROUP BY status")
        counts = {row["status"]: row["subjects"] for row in counted}
        unknown = counts.keys() - set(STATUSES)
        if unknown:
            raise _unknown_status(rule, unknown.pop())
        wanted = ", ".join(f"'{status}'" for status in self._wanted)
        found = self._select(f"SELECT * {rows} AND status IN ({wanted})")
        return _NOTHING | counts, found

    def _columns(self, rule: Rule) -> list[str]:
        sql = f"SELECT * FROM (\n{rule.sql}\n) WHERE 0 = 1"
        return _required(rule, list(self._engine.select(sql, self._parameters)[0]))

    def _select(self, sql: str) -> list[dict[str, Any]]:
        columns, rows = self._engine.select(sql, self._parameters)
        return [dict(zip(columns, row, strict=True)) for row in rows]


def _tally(
    rows: Iterable[dict[str, Any]], wanted: Collection[str]
) -> tuple[dict[Status, int], list[dict[str, Any]]]:
    """How many subjects have which status, by rows that stand for several, and the rows of those
    that are wanted. A row on a case that another one counts already has none."""
    counts = dict(_NOTHING)
    found = []
    for row in rows:
        counts[row["status"]] += row["subjects"]
        if row["status"] in wanted and (row["subjects"] > 0 or row[CASE_COLUMN]):
            found.append(row)
    return counts, found


def _required(rule: Rule, columns: list[str]) -> list[str]:
    """The columns of a rule's SELECT. Raises RuleFailure where one is missing that it must have."""
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        raise RuleFailure(
            _("its SELECT gives no column {columns}").format(columns=", ".join(missing)),
            place=_place(rule),
        )
    return columns


def _unknown_status(rule: Rule, status: object) -> RuleFailure:
    return RuleFailure(
        _("its SELECT gives the status {status}").format(status=status),
        _("Known are: {known}.").format(known=list_separator().join(STATUSES)),
        place=_place(rule),
    )


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    columns = [description[0] for description in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def _days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


_NOTHING: Final[dict[Status, int]] = dict.fromkeys(STATUSES, 0)
