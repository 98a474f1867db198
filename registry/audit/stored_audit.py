"""Stored audits read back, as they came out of the engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from registry.audit.finding import Audit, Finding, RuleResult, Text
from registry.audit.record import stored_cases, stored_owed_by
from registry.audit.rule import Rule
from registry.audit.seal import STATUS_COLUMNS, is_as_stored
from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.limits import Bilingual
from registry.model.rule_header import RuleHeader
from registry.model.vocabulary import Severity
from registry.store.log.changes import data_digest
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.references import References

LATEST: Final = "latest"

_NAMED_RUNS: Final = 10
_NOT_STORED: Final = ("name", "item_name", "owed_by", "message", "waived", "cases")
_STORED: Final = tuple(name for name in Finding._fields if name not in _NOT_STORED)


class NoSuchRun(RegistryError):
    """A number that no stored run has; or fewer runs are stored than are needed."""


class RunChanged(RegistryError):
    """A stored run that something else than this program has changed."""


def find_run(conn: sqlite3.Connection, word: str | int) -> int:
    """The number of a stored run, by its number or LATEST.

    Raises NoSuchRun, which names the runs that there are.
    """
    rows = conn.execute("SELECT no, as_of FROM run ORDER BY no DESC").fetchall()
    numbers = [no for no, _as_of in rows]
    if word == LATEST and numbers:
        return int(numbers[0])
    if str(word).isdecimal() and int(word) in numbers:
        return int(word)
    if not rows:
        raise NoSuchRun(_("no audit is stored"), _("Run `registry audit` first."))
    named = list_separator().join(
        _("{run} ({as_of})").format(run=no, as_of=as_of) for no, as_of in rows[:_NAMED_RUNS]
    )
    more = "" if len(rows) <= _NAMED_RUNS else " …"
    raise NoSuchRun(
        _("there is no run {run}").format(run=word),
        _("There are, the latest first: {runs}. `registry runs` lists them.").format(
            runs=named + more
        ),
    )


def check_run(conn: sqlite3.Connection, run: int) -> None:
    """Raise RunChanged where a stored run or its findings are not as they were stored."""
    if not is_as_stored(conn, run):
        raise RunChanged(
            _changed(run),
            _(
                "Something else than this program has changed it. Run `registry audit` again, or "
                "restore a backup."
            ),
        )


def changed_runs(conn: sqlite3.Connection) -> Iterator[str]:
    """What is to be said of each stored run that is not as it was stored.

    Runs are numbered from 1 and never removed: one that is missing before another was taken away.
    """
    stored = {run for (run,) in conn.execute("SELECT no FROM main.run")}
    left = {run for (run,) in conn.execute("SELECT run FROM main.run_rule")}
    for run in range(1, max(stored | left, default=0) + 1):
        if run not in stored:
            yield _("audit run {run} was taken away").format(run=run)
        elif not is_as_stored(conn, run):
            yield _changed(run)


def _changed(run: int) -> str:
    return _("audit run {run} is not as it was stored: its digest does not match").format(run=run)


def read_audit(conn: sqlite3.Connection, run: int, rules: Iterable[Rule]) -> Audit:
    """The stored audit of that number, with its findings in the order in which they were found.

    `rules`: as `rules_of_run` gives them. Names of items are the registry's present ones. How many
    rows had which provenance is not stored: the counts are the present ones, and `changed_since`
    says whether the data is another by now. Raises RunChanged.
    """
    check_run(conn, run)
    as_of, instrument, filters, digest = conn.execute(
        "SELECT as_of, instrument, filters, data_digest FROM run WHERE no = ?", (run,)
    ).fetchone()
    results = [
        RuleResult(code, name, sql, dict(zip(STATUS_COLUMNS, counts, strict=True)))
        for code, name, sql, *counts in conn.execute(
            f"SELECT code, name, digest, {', '.join(STATUS_COLUMNS)} FROM run_rule"
            " WHERE run = ? ORDER BY rowid",
            (run,),
        )
    ]
    return Audit(
        as_of,
        instrument,
        provenance_counts(conn),
        results,
        _findings(conn, run, rules),
        filters,
        run,
        unofficial_fields(conn),
        shared_subjects=References(conn).shared,
        changed_since=data_digest(conn) != digest,
        data_digest=digest,
    )


def _findings(conn: sqlite3.Connection, run: int, rules: Iterable[Rule]) -> list[Finding]:
    by_code = {rule.code: rule for rule in rules}
    owed_by, cases = stored_owed_by(conn, run), stored_cases(conn, run)
    findings = []
    for *stored, waived, item_name, chinese, english in conn.execute(
        f"SELECT {', '.join(f'f.{column}' for column in _STORED)}, f.waived,"
        " (SELECT i.name FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        "  WHERE ins.id = f.instrument AND i.id = f.item), f.message_zh, f.message_en"
        " FROM finding AS f WHERE f.run = ? ORDER BY f.rowid",
        (run,),
    ):
        values: dict[str, Any] = dict(zip(_STORED, stored, strict=True))
        header = by_code[values["code"]].header_of(values["instrument"], values["duty"])
        findings.append(
            Finding(
                name=header.name,
                item_name=item_name,
                owed_by=owed_by.get(values["fingerprint"], ()),
                message=Text(chinese, english),
                waived=bool(waived),
                cases=cases.get(values["fingerprint"], ()),
                **values,
            )
        )
    return findings


def rules_of_run(
    conn: sqlite3.Connection, run: int, rules: Iterable[Rule]
) -> tuple[list[Rule], list[str]]:
    """The rules that a stored run evaluated, with the severities that its findings have.

    `rules`: those of now. Then the codes that are none of them: only name and severity are known.
    """
    known = {rule.code: rule for rule in rules}
    found: dict[str, dict[tuple[str, str], Severity]] = {}
    for code, instrument, duty, severity in conn.execute(
        "SELECT DISTINCT code, instrument, coalesce(duty, ''), severity FROM finding WHERE run = ?",
        (run,),
    ):
        found.setdefault(code, {})[instrument, duty] = severity
    evaluated, unknown = [], []
    for code, name in conn.execute(
        "SELECT code, name FROM run_rule WHERE run = ? ORDER BY rowid", (run,)
    ):
        if code not in known:
            unknown.append(code)
        rule = known.get(code) or _unknown_rule(code, name)
        evaluated.append(_with_severities(rule, found.get(code, {})))
    return evaluated, unknown


def _unknown_rule(code: str, name: str) -> Rule:
    text, none = Bilingual(zh=name, en=name), Bilingual(zh="—", en="—")
    header = RuleHeader(
        code=code,
        name=name,
        title=text,
        severity="info",
        owed_by=["office"],
        remedy=none,
        message=none,
    )
    return Rule(header, "", "")


def _with_severities(rule: Rule, found: dict[tuple[str, str], Severity]) -> Rule:
    """The rule as it was where the configuration gave it another severity than now."""
    differing = {
        key: severity
        for key, severity in found.items()
        if rule.header_of(*key).severity != severity
    }
    if not differing:
        return rule
    if len(set(found.values())) == 1:
        return rule.with_severity(next(iter(found.values())))
    return replace(
        rule,
        duties={
            key: replace(header, severity=differing.get(key, header.severity))
            for key, header in rule.duties.items()
        },
    )
