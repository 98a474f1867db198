"""Runs an audit: lays down what rules read, has them evaluated, and applies waivers."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from registry.audit.duty_rules import expand_duty_rules
from registry.audit.evaluation import Evaluation, has_subjects
from registry.audit.filters import EVERYTHING, Filters, list_department_items
from registry.audit.finding import Audit
from registry.audit.lookups import Lookups
from registry.audit.rule import Rule, texts_of
from registry.audit.rule_book import RuleBook
from registry.audit.waivers import (
    RULES_ON_WAIVERS,
    WAIVERS,
    apply_waivers,
    with_instruments,
    write_waiver_table,
)
from registry.authority.case_verdicts import create_case_tables
from registry.model.config import Config
from registry.store.duty_checks import duty_checks
from registry.store.log.changes import data_digest
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.references import References
from registry.store.views import Obligations, create_shadow_views

if TYPE_CHECKING:
    from registry.audit.portable import Engine
    from registry.model.waiver import Waiver

_DEFAULTS: Final = Config()

_CACHE_KB: Final = 65_536


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
    `portable`). Raises RuleFailure. Where the caller has begun a transaction, what it read is of
    the same state; it ends here.
    """
    if not conn.in_transaction:
        prepare(conn)
        conn.execute("BEGIN")
    collecting = gc.isenabled()
    gc.disable()  # findings hold no cycles, and there may be tens of thousands to go through
    try:
        rules = expand_duty_rules(rules, duty_checks(conn))
        rule_book = rule_book or RuleBook(conn, rules)
        complete = elsewhere is not None and elsewhere.holds_all
        examined = [] if complete else [rule for rule in rules if has_subjects(conn, rule)]
        queries = texts_of(examined)
        obligations: Obligations = "all" if everything or filters != EVERYTHING else "gaps"
        create_shadow_views(
            conn,
            as_of,
            materialise=True,
            queries=() if elsewhere else queries,
            obligations=obligations,
        )
        create_case_tables(conn, queries)
        if filters.department:
            list_department_items(conn, filters.department)
        if elsewhere:
            from registry.audit.elsewhere import Elsewhere
            from registry.audit.portable import definitions, rule_instruments, temporary_table

            if not complete:
                read = {*queries, filters.condition(("zone", "department", "item"))}
                elsewhere.define(definitions(conn, read, obligations))
                elsewhere.define([rule_instruments(rule_book.where(rules))])
        lookups = Lookups(conn)
        kind = partial(Elsewhere, elsewhere) if elsewhere else Evaluation
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
            # An engine that holds many registries stores no run of one.
            data_digest="" if complete else data_digest(conn),
        )
    finally:
        if collecting:
            gc.enable()
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def prepare(conn: sqlite3.Connection) -> None:
    """Have a connection audit, before the transaction begins in which it reads."""
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
