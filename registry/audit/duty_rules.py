"""Rules on duties: the two files that check every duty, made into a rule for each code.

Which duties there are, and how their findings are called and worded, is an instrument's to say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from registry.audit.rule import Rule, RuleError, digest_of, load_rules
from registry.audit.rule_headers import BUILT_IN
from registry.locale import _
from registry.model.duty_check import GENERAL_CODES, Check, DutyCheck
from registry.model.rule_header import RuleHeader
from registry.store.duty_checks import duty_checks

_CASE_PART: Final = BUILT_IN / "case_duties.part.sql"

_CASE_STATUS: Final[dict[Check, str]] = {
    "missing": """CASE WHEN s.met_on IS NOT NULL THEN 'ok' WHEN s.due_on IS NULL THEN 'manual'
            WHEN s.due_on < t.date THEN 'alarm' ELSE 'pending' END""",
    "late": """CASE WHEN s.met_on IS NULL THEN 'skip' WHEN s.due_on IS NULL THEN 'manual'
            WHEN s.met_on > s.due_on THEN 'alarm' ELSE 'ok' END""",
}


def registry_rules(conn: sqlite3.Connection) -> list[Rule]:
    """The built-in rules as they are for the duties of a registry, by code."""
    return expand_duty_rules(load_rules(), duty_checks(conn))


def expand_duty_rules(rules: Iterable[Rule], checks: Collection[DutyCheck]) -> list[Rule]:
    """The rules, in the order of their codes, each file for duties replaced by one rule a code.

    A rule that was made so stays as it is. Raises RuleError for a code of a duty that is another
    rule's.
    """
    found: dict[str, Rule] = {}
    files: list[Rule] = []
    for rule in rules:
        if rule.header.check and not rule.duties:
            files.append(rule)
        else:
            found[rule.code] = rule
    for file in files:
        by_code: dict[str, list[DutyCheck]] = {}
        for check in checks:
            if check.check == file.header.check:
                by_code.setdefault(check.code, []).append(check)
        for code, of_code in by_code.items():
            if code in found:
                raise taken_code(code, f"{of_code[0].instrument}: duties.{of_code[0].duty}")
            found[code] = _rule(file, code, of_code)
    return [found[code] for code in sorted(found)]


def taken_code(code: str, place: object) -> RuleError:
    """The error for a duty that claims the code of a rule which is none on duties."""
    return RuleError(
        _("{code} is a code of the built-in rules").format(code=code),
        _("Choose another code for the duty."),
        place,
    )


def _rule(file: Rule, code: str, checks: list[DutyCheck]) -> Rule:
    headers = {(check.instrument, check.duty): _header(file, check) for check in checks}
    general = file.header if code in GENERAL_CODES.values() else next(iter(headers.values()))
    rule = replace(file, header=general, duties=headers)
    if not any(check.per_case for check in checks):
        return rule
    cases = _case_part(checks[0].check)
    sql = f"{_select_with_cases(file)}\nUNION ALL\n{cases}"
    population = (
        f"SELECT instrument, item, zone, subjects FROM (\n{file.population}\n)\n"
        f"UNION ALL\nSELECT instrument, item, zone, 1 FROM (\n{cases}\n)"
    )
    digest = digest_of(sql, population)
    return replace(rule, sql=sql, population=population, digest=digest)


def _select_with_cases(file: Rule) -> str:
    """The SELECT of a file for duties, with the columns of cases, which its rows leave open."""
    columns = "instrument, subject_type, subject_id, duty, item, zone, status, due_on"
    met_on = "met_on" if file.header.check == "late" else "CAST(NULL AS TEXT) AS met_on"
    return (
        f"SELECT {columns}, {met_on}, CAST(NULL AS TEXT) AS discriminator,"
        f" CAST(NULL AS TEXT) AS case_number, CAST(NULL AS TEXT) AS provenance"
        f" FROM (\n{file.sql}\n)"
    )


@cache
def _case_part(check: Check) -> str:
    part = _CASE_PART.read_text(encoding="utf-8")
    return part.replace("{check}", check).replace("{status}", _CASE_STATUS[check])


def _header(file: Rule, check: DutyCheck) -> RuleHeader:
    return RuleHeader(
        code=check.code,
        name=check.name,
        title=check.title,
        severity=check.severity,
        check=check.check,
        owed_by=list(check.owed_by),
        remedy=check.remedy,
        message=check.message,
        since=file.header.since if check.code in GENERAL_CODES.values() else None,
    )
