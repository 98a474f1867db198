"""Evaluates rules one by one: counts in SQL, fetches only what was found."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any, Final

from registry.audit.filters import EVERYTHING, Filters
from registry.audit.finding import FINDING_STATUSES, Finding, RuleResult
from registry.audit.finding_builder import FindingBuilder
from registry.audit.grouping import CASE_COLUMN, group_cases
from registry.audit.lookups import Lookups
from registry.audit.own_rules import RowProblem, check_rows, checked_case_row, limited
from registry.audit.rule import Rule
from registry.audit.rule_book import RuleBook
from registry.errors import RegistryError
from registry.files import path_text
from registry.locale import _, list_separator
from registry.model.config import Config
from registry.model.vocabulary import STATUSES, Status
from registry.store.views import may_have_rows

Names = tuple[str, ...]

_REQUIRED: Final[Names] = ("instrument", "subject_type", "subject_id", "status", "due_on")
_OF_CASES: Final[Names] = ("subjects", CASE_COLUMN)
_POPULATION: Final[Names] = ("subjects", "instrument")

Row = dict[str, Any]
Counts = dict[Status, int]


class RuleFailure(RegistryError):
    """A rule whose SELECT does not run, or gives rows of the wrong form."""


def has_subjects(conn: sqlite3.Connection, rule: Rule) -> bool:
    """Whether there can be any row of which the rule's subjects are."""
    return rule.header.each is None or may_have_rows(conn, rule.header.each)


def _place(rule: Rule) -> str:
    place = _("rule {code}").format(code=rule.code)
    return place if rule.path is None else f"{path_text(rule.path)}, {place}"


def rule_parameters(as_of: str, filters: Filters, config: Config) -> dict[str, str | int | None]:
    """What rules take as parameters, save `:code`, which is the rule's own."""
    thresholds, evaluated = config.thresholds, config.evaluation
    return {
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


class Evaluation:
    """The rules of one audit, evaluated on the registry's file. `results`, `findings`: of the rules
    so far; `not_applied`: codes of those that rest on nothing in any instrument."""

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
        self._conn = conn
        self._builder = FindingBuilder(lookups, as_of)
        self._rule_book = rule_book
        self._as_of = as_of
        self._filters = filters
        self._lookups = lookups
        self._seconds = config.rules.seconds
        self._wanted = STATUSES if everything else FINDING_STATUSES
        self._parameters = rule_parameters(as_of, filters, config)
        self.results: list[RuleResult] = []
        self.findings: list[Finding] = []
        self.not_applied: list[str] = []

    def evaluate(self, rule: Rule) -> None:
        """Add the result of a rule and its findings. Raises RuleFailure."""
        instruments = self._rule_book.instruments_of(rule)
        if not instruments:
            self.not_applied.append(rule.code)
            return
        self._parameters["code"] = rule.code
        found: list[Row] = []
        try:
            counts = _NOTHING
            if self.has_subjects(rule):
                with limited(self._conn, self._seconds) if rule.own else nullcontext():
                    counts, found = self._read(rule, instruments)
            if rule.own:
                check_rows(found, self._lookups, self._rule_book.numbers)
            self.results.append(RuleResult(rule.code, rule.header.name, rule.digest, counts))
            if found and CASE_COLUMN in found[0]:
                found = list(group_cases(found))
            findings = [self._builder.build(rule, row) for row in found]
            findings.sort(key=lambda f: (f.instrument, f.subject_id, f.duty or ""))
            self.findings += findings
        except sqlite3.Error as error:
            raise RuleFailure(str(error), place=_place(rule)) from error
        except RowProblem as error:
            raise RuleFailure(error.problem, error.remedy, _place(rule)) from error
        except (ValueError, TypeError, AttributeError) as error:  # of a message's format
            if not rule.own:
                raise
            raise RuleFailure(
                _("the message can't be filled in: {word}").format(word=error),
                _("{n:,} is for columns that are numbers in every row."),
                _place(rule),
            ) from error
        except KeyError as error:  # of a message's format
            raise RuleFailure(
                _("its message names {name}, which its SELECT does not give").format(
                    name=error.args[0]
                ),
                _("Correct the name, or give such a column."),
                _place(rule),
            ) from error

    def has_subjects(self, rule: Rule) -> bool:
        """Whether there can be any row of which the rule's subjects are."""
        return has_subjects(self._conn, rule)

    def applies(self, rule: Rule, instruments: tuple[str, ...]) -> str:
        """The condition on rows' instruments; none where the rule itself keeps to them."""
        if rule.header.check or len(instruments) == len(self._rule_book.numbers):
            return ""
        names = [f"applies_{number}" for number in range(len(instruments))]
        self._parameters.update(zip(names, instruments, strict=True))
        # The sign: no reason to go by an index.
        return f" AND +instrument IN ({', '.join(f':{name}' for name in names)})"

    def _source(self, rule: Rule, sql: str, instruments: tuple[str, ...], needed: Names) -> str:
        """What a rule's SELECT gives, narrowed to the filters and to where the rule applies."""
        condition = self._narrowed(rule, sql, needed) + self.applies(rule, instruments)
        return f"FROM (\n{sql}\n) WHERE {condition}"

    def _read(self, rule: Rule, instruments: tuple[str, ...]) -> tuple[Counts, list[Row]]:
        """How many subjects have which status, and the rows of those that are wanted."""
        by_case = rule.header.per == "case"
        needed = (*_REQUIRED, *_OF_CASES) if by_case else _REQUIRED
        rows = self._source(rule, rule.sql, instruments, needed)
        if by_case:
            selected = self.select(f"SELECT * {rows}")
            return self._tally(map(checked_case_row, selected) if rule.own else selected)
        if rule.population:
            if rule.own:
                self._check_population(rule.population)
            examined = self._source(rule, rule.population, instruments, _POPULATION)
            return self._read_exceptions(rule, examined, rows)
        counts = self.count(rule, rows)
        wanted = any(counts[status] for status in self._wanted)
        return counts, self._wanted_rows(rows) if wanted else []

    def _check_population(self, population: str) -> None:
        """Raises RowProblem where it has no number, or is of no instrument."""
        wrong = (
            "typeof(subjects) <> 'integer' OR subjects < 0"
            " OR instrument IS NULL OR instrument NOT IN (SELECT id FROM main.instrument)"
        )
        for row in self.select(
            f"SELECT subjects, instrument FROM (\n{population}\n) WHERE {wrong} LIMIT 1"
        ):
            raise RowProblem(
                _("its population gives subjects {subjects}, instrument {instrument}").format(
                    **row
                ),
                _("Give whole numbers from 0 on, and ids of instruments."),
            )

    def _tally(self, rows: Iterable[Row]) -> tuple[Counts, list[Row]]:
        """The same where rows stand for several subjects: of cases there are too many to go through
        them twice. A row on a case that another one counts already has none."""
        counts = dict(_NOTHING)
        found = []
        for row in rows:
            counts[row["status"]] += row["subjects"]
            if row["status"] in self._wanted and (row["subjects"] > 0 or row[CASE_COLUMN]):
                found.append(row)
        return counts, found

    def _read_exceptions(self, rule: Rule, examined: str, rows: str) -> tuple[Counts, list[Row]]:
        """The same where rows need not be all: the rest of what is examined is ok."""
        (population,) = self.select(f"SELECT coalesce(sum(subjects), 0) AS number {examined}")
        found = self._wanted_rows(rows)
        counts = _NOTHING | Counter(row["status"] for row in found)
        others = _none_of({*self._wanted, "ok"})
        for other in self.select(
            f"SELECT status, count(*) AS number {rows} AND {others} GROUP BY status"
        ):
            if other["status"] not in counts:
                raise unknown_status(rule, other["status"])
            counts[other["status"]] = other["number"]
        exceptions = sum(counts[status] for status in STATUSES if status != "ok")
        if exceptions > population["number"]:
            raise RuleFailure(
                _("its population has {number} subjects, and its SELECT gives {rows}").format(
                    number=population["number"], rows=exceptions
                ),
                _("The population has to count every subject that the SELECT may give."),
                _place(rule),
            )
        counts["ok"] = population["number"] - exceptions
        return counts, found

    def _wanted_rows(self, rows: str) -> list[Row]:
        return list(self.select(f"SELECT * {rows} AND status IN {_listed(self._wanted)}"))

    def select(self, sql: str) -> Iterable[Row]:
        """The rows of a SELECT, by column, with the parameters of the rule that is evaluated."""
        cursor = self._conn.execute(sql, self._parameters)
        columns = [description[0] for description in cursor.description]
        return (dict(zip(columns, row, strict=True)) for row in cursor)

    def columns(self, sql: str) -> list[str]:
        """The names of the columns that a SELECT gives."""
        cursor = self._conn.execute(f"SELECT * FROM (\n{sql}\n) LIMIT 0", self._parameters)
        return [description[0] for description in cursor.description]

    def _narrowed(self, rule: Rule, sql: str, needed: Names) -> str:
        """The condition of the filters. The form of a built-in rule is known: its tests hold it."""
        if self._filters == EVERYTHING and not rule.own:
            return EVERYTHING.condition(())
        columns = self.columns(sql)
        missing = [name for name in needed if name not in columns]
        if missing:
            raise RuleFailure(
                _("its SELECT gives no column {columns}").format(columns=", ".join(missing)),
                place=_place(rule),
            )
        return self._filters.condition(columns)

    def count(self, rule: Rule, rows: str) -> Counts:
        """Subjects by status, in one pass that sorts nothing and joins no names."""
        sums = ", ".join(f"coalesce(sum(status = '{status}'), 0)" for status in STATUSES)
        # LIMIT keeps SQLite from evaluating the expression of a status anew in every sum.
        total, *counts = self._conn.execute(
            f"SELECT count(*), {sums} FROM (SELECT status {rows} LIMIT -1)", self._parameters
        ).fetchone()
        if sum(counts) < total:
            (unknown,) = self._conn.execute(
                f"SELECT status {rows} AND {_none_of(STATUSES)} LIMIT 1",
                self._parameters,
            ).fetchone()
            raise unknown_status(rule, unknown)
        return dict(zip(STATUSES, counts, strict=True))


def _listed(statuses: Iterable[str]) -> str:
    quoted = ", ".join(f"'{status}'" for status in statuses)
    return f"({quoted})"


def _none_of(statuses: Iterable[str]) -> str:
    """The condition that a row has none of these statuses."""
    return f"(status IS NULL OR status NOT IN {_listed(statuses)})"


def unknown_status(rule: Rule, status: object) -> RuleFailure:
    """The failure of a rule whose SELECT gives a status that there is not."""
    return RuleFailure(
        _("its SELECT gives the status {status}").format(status=status),
        _("Known are: {known}.").format(known=list_separator().join(STATUSES)),
        place=_place(rule),
    )


def _days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


_NOTHING: Final[Counts] = dict.fromkeys(STATUSES, 0)
