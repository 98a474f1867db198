"""Which effect confers an item on a further zone, and what is owed before."""

from __future__ import annotations

import pytest

from registry.store.extensions import Delegation, extension, numbered_periods, settle
from registry.store.periods import NEVER, Change, Period

EAST, WEST, SOUTH = 1, 2, 3
OF_ITEM = Period(
    *("2022-01-05", None, "conferred", None, 1, "委托", "依申请", "全部", None, None),
    *("2022-01-05", "2022-01-05", 1, "一"),
)
MERGED = Change("2022-02-01", "successor", "合并", zone=WEST)
WITHDRAWN = Change("2022-02-10", "withdraws", "二", 2, "2022-01-20", rank=1)

Row = tuple[int, str, "str | None", str, "int | None", "int | None"]


def extends(instrument: int, issued_on: str, on: str, **stated: str) -> Change:
    """Give an extension by an instrument."""
    return Change(on, "extends-to", "二", instrument, issued_on, rank=instrument, **stated)  # type: ignore[arg-type]


def further(zone: int, *changes: Change, events: tuple[Change, ...] = ()) -> Delegation:
    """Give a delegation of a zone that an item is extended to."""
    known = [extension(10 + n, change, OF_ITEM) for n, change in enumerate(changes)]
    return Delegation(zone, None, list(events), known, known[0].effect)


def settled(delegation: Delegation, *others: Delegation) -> list[Row]:
    """Settle; position, days, first day owed, who opened it, and successor of each period."""
    settle([delegation, *others])
    return [
        (no, p.from_on, p.to_on, p.owed_from, p.opened_by, p.zone)
        for no, p in numbered_periods(delegation, [delegation, *others])
    ]


def test_what_is_given_is_owed_from_the_issue() -> None:
    given = further(SOUTH, extends(2, "2022-02-01", "2022-03-01", remark="限城区"))
    assert settled(given) == [(1, "2022-03-01", None, "2022-02-01", 2, None)]
    assert given.first is not None
    assert (given.first.remark, given.first.mode) == ("限城区", "委托")
    assert given.first.counted_on == "2022-02-01"


def test_the_first_to_take_effect_confers_and_another_is_owed_until_its_issue() -> None:
    slow, quick = extends(2, "2022-01-10", "2022-06-01"), extends(3, "2022-02-01", "2022-03-01")
    given = further(SOUTH, slow, quick)
    assert settled(given) == [
        (0, "2022-06-01", "2022-01-31", "2022-01-10", 2, None),
        (1, "2022-03-01", None, "2022-02-01", 3, None),
    ]
    assert given.effect == 11


@pytest.mark.parametrize(
    ("issued_on", "periods"),
    [
        ("2022-02-05", []),
        ("2022-01-10", [(1, "2022-03-01", "2022-01-31", "2022-01-10", 2, None)]),
    ],
)
def test_what_a_zone_holds_as_a_successor_is_not_conferred_on_it(
    issued_on: str, periods: list[Row]
) -> None:
    given = further(WEST, extends(2, issued_on, "2022-03-01"))
    assert settled(given, Delegation(EAST, OF_ITEM, [MERGED])) == periods


def test_what_a_successor_holds_no_longer_is_owed_from_then() -> None:
    given = further(WEST, extends(2, "2022-01-10", "2022-03-01"))
    assert settled(given, Delegation(EAST, OF_ITEM, [MERGED, WITHDRAWN])) == [
        (0, "2022-03-01", "2022-01-31", "2022-01-10", 2, None),
        (1, "2022-03-01", None, "2022-02-10", 2, None),
    ]


def test_what_is_given_to_a_zone_that_is_gone_is_its_successor_s() -> None:
    given = further(EAST, extends(2, "2022-01-10", "2022-03-01"), events=(MERGED,))
    assert settled(given) == [
        (0, "2022-03-01", "2022-01-31", "2022-01-10", 2, None),
        (1, "2022-03-01", None, "2022-02-01", None, WEST),
    ]


def test_nobody_owes_what_is_given_to_a_zone_that_is_abolished() -> None:
    abolished = Change("2022-02-01", "abolished", "撤销")
    given = further(EAST, extends(2, "2022-02-05", "2022-03-01"), events=(abolished,))
    assert settled(given) == [(1, "2022-03-01", None, NEVER, None, None)]


def test_what_was_withdrawn_is_conferred_again_on_the_terms_of_before() -> None:
    own = Delegation(EAST, OF_ITEM, [WITHDRAWN])
    own.extensions = [extension(10, extends(3, "2022-02-20", "2022-03-01"), OF_ITEM)]
    assert settled(own)[-1] == (3, "2022-03-01", None, "2022-03-01", 3, None)
    assert own.effect is None
