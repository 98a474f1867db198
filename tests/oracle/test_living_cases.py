"""Small worlds in which the registry, or the replay, once differed from the design."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import SmallRoot
from tests.oracle.random_worlds import conferring, later
from tests.oracle.test_living import disagreements, made
from tests.oracle.world import Act, World

MERGED = {"what": "merged", "from": "east", "to": "west", "on": "2021-06-01"}
HANDBOOK = SmallRoot.deliverable("handbook", zone="west", covers="1-01", done_on="2021-06-10")


def base() -> Act:
    """An instrument of 2021-04-15: 1-01 for the eastern zone alone, the others for both."""
    item = SmallRoot.item
    return conferring(
        "test-1",
        "2021-04-15",
        {
            1: [item(1, 1, department="jia", zones="east"), item(1, 2, department="jia", zones="")],
            2: [item(2, 1, mode="原直接实施", department="bing")],
            3: [item(3, 1, mode="不再实施", scope="", department="jia", zones="west")],
        },
    )


def act(number: int, issued: str, *effects: dict[str, Any]) -> Act:
    """A later instrument with effects on the first one."""
    return later(
        f"later-{number}", issued, [{"target": "test-1", "clause": "C01", **e} for e in effects]
    )


def effect(kind: str, on: str, **more: Any) -> dict[str, Any]:
    """An effect on 1-01, unless told otherwise."""
    return {"kind": kind, "items": ["1-01"], "effective_on": on, **more}


def agree(world: World) -> None:
    """Hold the registry to the replay on every day around which something changes."""
    with made(world) as conn:
        assert disagreements(conn, world) == []


JOINS = effect("extends-to", "2021-06-04", to=["harbour"])


def test_a_zone_joins_and_another_is_merged() -> None:
    agree(World([base(), act(1, "2021-05-17", JOINS)]))
    agree(World([base()], [MERGED]))


@pytest.mark.parametrize("kind", ["withdraws", "suspends"])
def test_what_ended_before_a_delegate_joins_does_not_end_its_own(kind: str) -> None:
    former = act(1, "2021-04-25", effect(kind, "2021-05-01"))
    agree(World([base(), former, act(2, "2021-05-17", JOINS)]))


@pytest.mark.parametrize("change", [{"mode": "委托收件"}, {"territory": "核心区"}])
def test_a_delegate_owes_nothing_before_the_issue_of_what_lets_it_join(
    change: dict[str, str],
) -> None:
    former = act(1, "2021-04-25", effect("amends", "2021-05-01", **change))
    agree(World([base(), former, act(2, "2021-05-17", JOINS)]))


def test_nothing_is_owed_before_the_issue_however_early_an_amendment_is() -> None:
    agree(World([base(), act(1, "2021-05-17", effect("amends", "2021-04-11", remark="限城区"))]))


def test_what_is_conferred_again_has_its_mode_and_not_that_of_its_withdrawal() -> None:
    withdrawal = effect("withdraws", "2021-05-20", mode="不再实施")
    again = effect("extends-to", "2021-06-04", to=["east"])
    agree(World([base(), act(1, "2021-05-17", withdrawal, again)]))


@pytest.mark.parametrize("zone", ["", "west"])
def test_papers_of_a_delegate_that_joined_count_when_they_stand_in_the_ledger(zone: str) -> None:
    first = base()
    first.ledger["deliverables"] = [{**HANDBOOK, "zone": zone}]
    joins = effect("extends-to", "2021-05-20", to=["west"])
    agree(World([first, act(1, "2021-05-17", joins)]))


def test_papers_name_a_delegate_that_a_later_instrument_let_join() -> None:
    first = base()
    first.ledger["deliverables"] = [{**HANDBOOK, "zone": "harbour"}]
    agree(World([first, act(1, "2021-05-17", JOINS)]))


def test_a_paper_of_the_successor_counts_for_what_it_took_over() -> None:
    first = base()
    first.ledger["deliverables"] = [HANDBOOK]
    agree(World([first], [MERGED]))


@pytest.mark.parametrize("what", ["merged", "abolished"])
def test_removals_are_owed_by_the_successor_and_by_no_zone_that_is_gone(what: str) -> None:
    first = base()
    first.annexes[3][0]["zones"] = "east"
    successor = {"to": "west"} if what == "merged" else {}
    event = {"what": what, "from": "east", "on": MERGED["on"], **successor}
    agree(World([first], [event]))


def test_an_instrument_that_names_the_successor_is_on_all_that_it_holds() -> None:
    withdrawal = effect("withdraws", "2021-07-01", delegates=["west"])
    agree(World([base(), act(1, "2021-05-17", withdrawal)], [MERGED]))


def test_nothing_is_conferred_anew_on_a_successor_that_holds_it() -> None:
    joins = effect("extends-to", "2021-07-01", to=["west"])
    agree(World([base(), act(1, "2021-06-17", joins)], [MERGED]))


def test_of_several_that_extend_to_a_zone_the_first_to_begin_is_announced_and_opens() -> None:
    """The later issue overtakes the earlier one, which was owed until then."""
    slow = act(1, "2021-04-25", effect("extends-to", "2021-07-01", to=["harbour"]))
    quick = act(2, "2021-05-17", JOINS)
    agree(World([base(), slow, quick]))


@pytest.mark.parametrize("on", ["2021-05-20", "2021-06-10"])
def test_what_a_merger_overtakes_is_announced_until_then(on: str) -> None:
    """A day before the effect's day, and before its issue."""
    joins = effect("extends-to", "2021-07-01", to=["west"])
    agree(World([base(), act(1, "2021-05-25", joins)], [{**MERGED, "on": on}]))


def test_what_a_successor_no_longer_holds_is_conferred_on_it() -> None:
    withdrawal = effect("withdraws", "2021-06-20", delegates=["west"])
    joins = effect("extends-to", "2021-07-01", to=["west"])
    agree(World([base(), act(1, "2021-05-25", withdrawal, joins)], [MERGED]))


@pytest.mark.parametrize("what", ["merged", "abolished"])
@pytest.mark.parametrize("issued", ["2021-05-25", "2021-06-10"])
def test_what_is_conferred_on_a_zone_that_is_gone(what: str, issued: str) -> None:
    first = base()
    first.annexes[1][0]["zones"] = "west"
    event = {"what": what, "from": "harbour", "on": "2021-06-01"}
    if what == "merged":
        event["to"] = "east"
    joins = effect("extends-to", "2021-06-20", to=["harbour"])
    agree(World([first, act(1, issued, joins)], [event]))


def test_what_is_amended_on_the_day_on_which_a_zone_joins() -> None:
    amended = effect("amends", "2021-06-04", mode="委托收件")
    agree(World([base(), act(1, "2021-05-17", JOINS), act(2, "2021-05-20", amended)]))


def test_what_is_withdrawn_from_its_first_day_is_conferred_again_as_it_was() -> None:
    withdrawal = effect("withdraws", "2021-04-15", mode="不再实施")
    again = effect("extends-to", "2021-06-04", to=["east"])
    agree(World([base(), act(1, "2021-05-17", withdrawal, again)]))


def test_what_expires_on_the_day_before_its_zone_is_abolished_has_expired() -> None:
    first = base()
    first.stated["valid_until"] = "2021-05-31"
    agree(World([first], [{"what": "abolished", "from": "east", "on": "2021-06-01"}]))


@pytest.mark.parametrize("what", ["merged", "abolished"])
def test_what_had_expired_when_its_zone_went_is_prolonged_for_the_successor(what: str) -> None:
    first = base()
    first.stated["valid_until"] = "2021-05-20"
    event = {"what": what, "from": "east", "on": "2021-06-01"}
    if what == "merged":
        event["to"] = "west"
    prolonged = effect("extends", "2021-06-10", until="2021-07-31")
    agree(World([first, act(1, "2021-05-17", prolonged)], [event]))


@pytest.mark.parametrize("again_on", ["2021-05-10", "2021-06-10"])
def test_what_is_conferred_again_lasts_as_long_as_its_instrument(again_on: str) -> None:
    first = base()
    first.stated["valid_until"] = "2021-05-31"
    ended = effect("withdraws", "2021-05-05")
    again = effect("extends-to", again_on, to=["east"])
    agree(World([first, act(1, "2021-04-25", ended, again)]))


def test_a_zone_that_joins_has_what_was_prolonged_for_as_long() -> None:
    first = base()
    first.stated["valid_until"] = "2021-05-31"
    prolonged = effect("extends", "2021-05-05", until="2021-07-31")
    joins = effect("extends-to", "2021-05-20", to=["harbour"])
    agree(World([first, act(1, "2021-04-25", prolonged, joins)]))


def test_a_paper_that_a_successor_had_before_counts_from_the_day_on_which_it_took_over() -> None:
    first = base()
    first.ledger["deliverables"] = [{**HANDBOOK, "done_on": "2021-05-20"}]
    agree(World([first], [MERGED]))


HALVES = [{"what": "split", "from": "jia", "to": to, "on": "2021-06-01"} for to in ("yi", "bing")]


@pytest.mark.parametrize("signed_on", ["2021-05-10", "2021-06-10"])
def test_one_successor_of_a_split_answers_where_the_other_is_abolished(signed_on: str) -> None:
    """And what the other signed stays valid."""
    first = base()
    first.ledger["agreements"] = [SmallRoot.agreement(department="yi", signed_on=signed_on)]
    agree(World([first], [*HALVES, {"what": "abolished", "from": "yi", "on": "2021-07-01"}]))
