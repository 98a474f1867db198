"""The rules of one registry: where they apply, and what their findings say and cite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache

from registry.audit.finding import Finding
from registry.audit.rule import Rule
from registry.model.rule_header import RuleHeader
from registry.store.duty_checks import duty_checks
from registry.store.laws import clauses_by_rule, law_citations


class RuleBook:
    """Rules, and what they rest on in each instrument of a registry.

    `rules`: by code. `laws`: how people cite an article, by its id. `headings`: (instrument,
    clause) → where the clause stands in the instrument. `numbers`: an instrument's number by id.
    """

    def __init__(self, conn: sqlite3.Connection, rules: Iterable[Rule]) -> None:
        self.rules = {rule.code: rule for rule in rules}
        self.laws = law_citations(conn)
        self.numbers: dict[str, str] = dict(
            conn.execute("SELECT id, number FROM instrument ORDER BY no").fetchall()
        )
        self.headings: dict[tuple[str, str], str] = {
            (instrument, clause): heading
            for instrument, clause, heading in conn.execute(
                "SELECT ins.id, c.id, c.heading FROM clause AS c"
                " JOIN instrument AS ins ON ins.no = c.instrument ORDER BY ins.no, c.rowid"
            )
        }
        self._naming = clauses_by_rule(conn)
        self._duties = {
            (check.instrument, check.duty): check.clauses for check in duty_checks(conn)
        }
        self._clauses = lru_cache(maxsize=None)(self._make_clauses)

    def header(self, finding: Finding) -> RuleHeader:
        """The header of a finding's rule, as it is for the finding's duty."""
        return self.rules[finding.code].header_of(finding.instrument, finding.duty)

    def is_late(self, finding: Finding) -> bool:
        """Whether the finding is about something that was done, but too late."""
        return self.rules[finding.code].header.check == "late"

    def instruments_of(self, rule: Rule) -> tuple[str, ...]:
        """Ids of the instruments on which a rule is evaluated."""
        if rule.header.check:
            return tuple(dict.fromkeys(instrument for instrument, _duty in rule.duties))
        if rule.header.general or any(law in self.laws for law in rule.header.law):
            return tuple(self.numbers)
        return tuple(id_ for id_ in self.numbers if self.clauses(id_, rule.code, None))

    def where(self, rules: Iterable[Rule]) -> list[tuple[str, str]]:
        """Each rule's code with each instrument on which it is evaluated."""
        return [(rule.code, id_) for rule in rules for id_ in self.instruments_of(rule)]

    def clauses(self, instrument: str, code: str, duty: str | None) -> tuple[str, ...]:
        """Ids of the clauses, all of that instrument, and of the articles that a finding cites.

        `code`: of its rule; one that is no rule of now cites nothing.
        """
        return self._clauses(instrument, code, duty)

    def _make_clauses(self, instrument: str, code: str, duty: str | None) -> tuple[str, ...]:
        rule = self.rules.get(code)
        if rule is None:
            return ()
        if duty and (instrument, duty) in rule.duties:
            return self._duties[instrument, duty]
        named = [c for c in rule.header.clauses if (instrument, c) in self.headings]
        laws = [law for law in rule.header.law if law in self.laws]
        return tuple(dict.fromkeys([*self._naming.get((instrument, code), ()), *named, *laws]))

    def of(self, finding: Finding) -> tuple[str, ...]:
        """Ids of the clauses and articles that a finding cites."""
        return self.clauses(finding.instrument, finding.code, finding.duty)

    def places(self, finding: Finding, separator: str = "、") -> str:
        """Where they stand, the ids in brackets: 二（三）[C10]、三（二）[C17].

        Where nothing is cited, the instrument's number.
        """
        return self.places_of(finding.instrument, self.of(finding), separator)

    def places_of(self, instrument: str, clauses: Iterable[str], separator: str = "、") -> str:
        """The same of clauses and articles by their ids."""
        ids: dict[str, list[str]] = {}
        for clause in clauses:
            heading = self.headings.get((instrument, clause)) or self.laws.get(clause, clause)
            ids.setdefault(heading, []).append(clause)
        texts = [with_ids(heading, under, separator) for heading, under in ids.items()]
        return separator.join(texts) or self.numbers.get(instrument, instrument)


def with_ids(heading: str, ids: list[str], separator: str = "、") -> str:
    """The heading with the ids of its clauses, unless they begin with the heading themselves."""
    if all(id_.startswith(heading) for id_ in ids):
        return separator.join(ids)
    return f"{heading}[{separator.join(ids)}]"
