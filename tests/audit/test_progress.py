"""Completion rates."""

from __future__ import annotations

from registry.audit.engine import run_audit
from registry.audit.progress import ObligationCounts, RankedEntry, progress
from registry.audit.rule import load_rules
from tests.audit.conftest import Ledger
from tests.conftest import SmallRoot


def by_id(standings: list[RankedEntry]) -> dict[str, RankedEntry]:
    return {standing.id: standing for standing in standings}


def test_before_the_due_date_everything_is_pending(ledger: Ledger) -> None:
    found = progress(ledger.conn, "2021-05-28")
    assert found.overall == ObligationCounts(4146, 0, 0, 4146, 0, 0)
    assert (found.overall.rate, found.overall.on_time_rate) == (0.0, 0.0)
    assert {s.rank for s in found.departments} == {1}, "equal rates share a place"


def test_what_came_late_is_met_but_not_on_time(ledger: Ledger) -> None:
    ledger.prove("seal", "1-08-etdz", "2021-05-28")
    ledger.prove("seal", "1-08-hidz", "2021-05-29")
    ledger.prove("seal", "1-01-hidz", "2021-07-01")
    found = progress(ledger.conn, "2021-06-30")
    seal = by_id(found.duties)["seal"]
    assert (seal.rank, seal.counts) == (1, ObligationCounts(28, 2, 1, 0, 26, 0))
    assert by_id(found.departments)["slj"].rank == 1
    assert by_id(found.departments)["fgw"].counts.met == 0, "after the day"
    assert sum(s.counts.met for s in found.zones) == 0, "a seal is owed by departments alone"


def test_it_agrees_with_the_audit(ledger: Ledger) -> None:
    found = progress(ledger.conn, "2021-06-30")
    audit = run_audit(ledger.conn, load_rules(), "2021-06-30")
    alarms = [f for f in audit.findings if f.duty and f.status == "alarm"]
    assert found.overall.overdue == len(alarms)
    for standing in (*found.zones, *found.departments):
        assert standing.counts.overdue == sum(standing.id in f.owed_by for f in alarms)
    assert sum(s.counts.applicable for s in found.duties) == found.overall.applicable


def test_what_two_bodies_owe_counts_for_both_and_once_in_the_whole(small_root: SmallRoot) -> None:
    found = progress(small_root.open(), "2021-06-30")
    departments = sum(s.counts.applicable for s in found.departments)
    zones = sum(s.counts.applicable for s in found.zones)
    assert found.shared == departments == 12
    assert zones == found.overall.applicable
    assert found.unowned == 0


def test_ranking_is_by_rate_then_by_what_was_on_time(ledger: Ledger) -> None:
    for delegation in ("1-08-etdz", "1-08-hidz"):
        ledger.prove("seal", delegation, "2021-05-20")
        ledger.prove("portal-notice", delegation, "2021-06-20")
    found = progress(ledger.conn, "2021-06-30")
    assert [(s.id, s.rank) for s in found.duties[:2]] == [("seal", 1), ("portal-notice", 2)]
    rates = [s.counts.rate or 0 for s in found.duties]
    assert rates == sorted(rates, reverse=True)


def test_it_leaves_the_file_and_the_connection_as_they_were(ledger: Ledger) -> None:
    before = ledger.path.read_bytes()
    first = progress(ledger.conn, "2021-06-30")
    assert progress(ledger.conn, "2021-06-30") == first
    assert not ledger.conn.in_transaction
    assert ledger.path.read_bytes() == before


def test_an_instrument_without_duties_has_no_rate(small_root: SmallRoot) -> None:
    small_root.instrument["duties"] = []
    found = progress(small_root.open(), "2021-06-30")
    assert found.overall.applicable == 0
    assert found.overall.rate is None
    assert [standings for _group, standings in found.groups] == [[], [], []]
