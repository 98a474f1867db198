"""Which stored audits looked at everything: narrowed by no filter, and to no rules."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from registry.audit.rule_book import RuleBook


class WholeAudit(NamedTuple):
    """A stored audit of everything, with the digest of the data that it saw."""

    run: int
    as_of: str
    data_digest: str


def latest_whole_audit(
    conn: sqlite3.Connection, rule_book: RuleBook, as_of: str | None = None
) -> WholeAudit | None:
    """The last one, or the last of a day, that evaluated every rule of the program that applies.

    Rules of one's own are not asked for: an office may add one at any time.
    """
    needed = {
        code
        for code, rule in rule_book.rules.items()
        if not rule.own and rule_book.instruments_of(rule)
    }
    rules = _rules(conn)
    for no, day, digest, filters in reversed(_runs(conn)):
        if not filters and as_of in (None, day) and needed <= rules.get(no, {}).keys():
            return WholeAudit(no, day, digest)
    return None


def whole_audits(conn: sqlite3.Connection, last: int | None = None) -> list[WholeAudit]:
    """Those up to `last`, the oldest first; `last` is one of them, the latest without filters if
    None.

    Whether an earlier one was narrowed to some rules was not stored. It is taken to be where it
    left out what `last` evaluated, and another had evaluated before, for versions and instruments
    add rules; or where it evaluated less than half of them, in the very same words.
    """
    runs = _runs(conn)
    if last is None:
        last = next((no for no, _day, _digest, filters in reversed(runs) if not filters), 0)
    rules = _rules(conn)
    wanted = rules.get(last, {})
    known: set[str] = set()
    found = []
    for no, day, digest, filters in runs:
        own = rules.get(no, {})
        few = 2 * len(own) < len(wanted) and own.items() <= wanted.items()
        if not filters and no <= last and not few and known.isdisjoint(wanted.keys() - own.keys()):
            found.append(WholeAudit(no, day, digest))
        known |= own.keys()
    return found


def _runs(conn: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
    return conn.execute("SELECT no, as_of, data_digest, filters FROM run ORDER BY no").fetchall()


def _rules(conn: sqlite3.Connection) -> dict[int, dict[str, str]]:
    """Run → the codes of the rules that it evaluated, with the digests of their words."""
    rules: dict[int, dict[str, str]] = {}
    for run, code, digest in conn.execute("SELECT run, code, digest FROM run_rule"):
        rules.setdefault(run, {})[code] = digest
    return rules
