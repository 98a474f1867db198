"""Which stored audits looked at everything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.rule_book import RuleBook
from registry.audit.whole_audits import latest_whole_audit, whole_audits
from tests.conftest import SmallRoot
from tests.platform_cases import PlatformCases

ALL = ("AGR001", "AGR003", "CAT001", "DUT001")


@pytest.fixture
def conn(small_root: SmallRoot) -> sqlite3.Connection:
    return small_root.open()


@pytest.fixture
def stored(conn: sqlite3.Connection) -> PlatformCases:
    return PlatformCases(conn)


def book(applying: Iterable[str], own: Iterable[str] = (), idle: Iterable[str] = ()) -> RuleBook:
    """Rules of which some apply somewhere, some are one's own, and some apply nowhere."""
    rules = {
        code: SimpleNamespace(own=code in own, applies=code in applying)
        for code in (*applying, *own, *idle)
    }

    def instruments_of(rule: Any) -> tuple[str, ...]:
        return ("test-1",) if rule.applies or rule.own else ()

    return cast(RuleBook, SimpleNamespace(rules=rules, instruments_of=instruments_of))


def numbers(conn: sqlite3.Connection, last: int | None = None) -> list[int]:
    return [one.run for one in whole_audits(conn, last)]


def test_the_latest_that_evaluated_all_is_told_from_those_that_did_not(
    conn: sqlite3.Connection, stored: PlatformCases
) -> None:
    assert latest_whole_audit(conn, book(ALL)) is None
    stored.audit("2021-06-01", "AGR001")
    assert latest_whole_audit(conn, book(ALL)) is None, "narrowed to a rule"
    whole = stored.audit("2021-06-15", *ALL)
    stored.audit("2021-06-20", *ALL, filters="zone=east")
    stored.audit("2021-06-20", *ALL[1:])
    found = latest_whole_audit(conn, book(ALL, own=["OWN001"], idle=["SVC001"]))
    assert found
    assert (found.run, found.as_of) == (whole, "2021-06-15")
    assert latest_whole_audit(conn, book(ALL), "2021-06-20") is None
    assert latest_whole_audit(conn, book((*ALL, "NEW001"))) is None, "a version added a rule"
    later = stored.audit("2021-06-15", *ALL, "OWN001")
    again = latest_whole_audit(conn, book(ALL), "2021-06-15")
    assert again
    assert again.run == later


def test_earlier_ones_that_left_rules_out_are_passed_over(
    conn: sqlite3.Connection, stored: PlatformCases
) -> None:
    old = stored.audit("2021-06-01", *ALL[:3])  # of a version with fewer rules
    stored.audit("2021-06-02", "AGR001")
    own = stored.audit("2021-06-03", *ALL, "OWN001")
    stored.audit("2021-06-04", *ALL, filters="zone=east")
    stored.audit("2021-06-05", "CAT001", "DUT001")
    without = stored.audit("2021-06-06", *ALL)  # the office's own rule was given up
    assert numbers(conn, without) == [old, own, without]
    assert numbers(conn, own) == [old, own]
    assert numbers(conn) == [old, own, without], "the latest without filters, if none is named"


def test_a_first_one_by_few_rules_in_the_same_words_is_passed_over(
    conn: sqlite3.Connection, stored: PlatformCases
) -> None:
    few = stored.audit("2021-06-01", "AGR001")
    last = stored.audit("2021-06-02", *ALL)
    assert numbers(conn, last) == [last]
    conn.execute("UPDATE run_rule SET digest = 'of another version' WHERE run = ?", (few,))
    assert numbers(conn, last) == [few, last]


def test_no_audit_at_all(conn: sqlite3.Connection) -> None:
    assert numbers(conn) == []


def test_an_audit_of_a_registry_evaluates_all_that_is_needed(small_root: SmallRoot) -> None:
    from datetime import datetime

    from registry.audit.engine import run_audit
    from registry.audit.record import store_audit

    conn = small_root.open()
    rules = registry_rules(conn)
    audit = run_audit(conn, rules, "2021-06-30")
    run = store_audit(conn, audit, datetime(2021, 6, 30, 9))
    found = latest_whole_audit(conn, RuleBook(conn, rules))
    assert found
    assert (found.run, found.data_digest) == (run, audit.data_digest)
    some = [rule for rule in rules if rule.code.startswith("AGR")]
    store_audit(conn, run_audit(conn, some, "2021-06-30"), datetime(2021, 6, 30, 10))
    again = latest_whole_audit(conn, RuleBook(conn, rules))
    assert again == found
