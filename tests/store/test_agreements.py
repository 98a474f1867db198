"""Which agreement speaks for a delegation, and what it says: status, first day of exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry.store.views import create_shadow_views
from tests.conftest import DUE

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

LATE = "2021-05-31"
"""The first working day after the due date."""
AS_OF = "2021-12-31"


def state(root: SmallRoot, *agreements: dict[str, Any], as_of: str = AS_OF) -> tuple[Any, ...]:
    """Give status, number and exercisable_from of 1-01-east."""
    root.ledger["agreements"] = list(agreements)
    conn = root.open(as_of)
    columns = "agreement_status, agreement, exercisable_from"
    row: tuple[Any, ...] = conn.execute(
        f"SELECT {columns} FROM delegations WHERE id = '1-01-east'"
    ).fetchone()
    return row


def test_none(small_root: SmallRoot) -> None:
    conn = small_root.open()
    found = conn.execute("SELECT item, agreement_status, exercisable_from FROM delegations")
    by_item = {item: rest for item, *rest in found}
    assert by_item["1-01"] == ["未签订", None]
    assert by_item["1-03"] == by_item["1-04"] == by_item["2-01"] == ["不适用", "2021-04-15"]
    assert by_item["3-01"] == ["不适用", None]


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "已签订"),
    ({"signed_on": DUE}, "已签订"),
    ({"signed_on": LATE}, "逾期签订"),
    ({"clauses": "依据;事项"}, "已签订"),  # what is merely advisable may lack
    ({"clauses": "依据;期限"}, "要件不全"),
    ({"clauses": ""}, "要件不全"),
    ({"expires_on": AS_OF}, "已签订"),
    ({"expires_on": "2021-12-30"}, "已届满"),
    ({"signed_on": LATE, "clauses": "依据"}, "要件不全"),
    ({"signed_on": LATE, "clauses": "依据", "expires_on": "2021-12-30"}, "已届满"),
    ({"signed_on": LATE, "expires_on": "2021-12-30"}, "已届满"),
    ({"clauses": "依据", "expires_on": "2021-12-30"}, "已届满"),
    ({"signed_on": AS_OF}, "逾期签订"),
    ({"signed_on": "2022-01-01"}, "未签订"),
    # of other parties, which is as good as none
    ({"zone": "west"}, "未签订"),
    ({"department": "市乙局"}, "未签订"),
    ({"department": "西区"}, "未签订"),
]


def test_status_of_one_agreement(small_root: SmallRoot) -> None:
    numbered = list(enumerate(CASES, start=1))
    small_root.annexes[1] = [small_root.item(1, n) for n, _ in numbered]
    small_root.ledger["agreements"] = [
        small_root.agreement(f"示例{n}号", covers=f"1-{n:02}", **change)
        for n, (change, _) in numbered
    ]
    conn = small_root.open(AS_OF)
    found = conn.execute(
        "SELECT agreement_status FROM delegations WHERE zone = 'east' AND annex = 1"
    )
    statuses = [status for (status,) in found]
    assert list(zip(CASES, statuses, strict=True)) == [(case, case[1]) for case in CASES]
    met = (
        "SELECT item FROM obligation_status"
        " WHERE duty = 'agreement' AND zone = 'east' AND met_on IS NULL"
    )
    unsigned = [f"1-{n:02}" for n, (_, status) in numbered if status == "未签订"]
    assert [item for (item,) in conn.execute(met)] == unsigned


@pytest.mark.parametrize(
    ("effective_on", "expected"), [("", "2021-05-10"), ("2021-07-01", "2021-07-01")]
)
def test_exercisable_from(small_root: SmallRoot, effective_on: str, expected: str) -> None:
    found = state(small_root, small_root.agreement(effective_on=effective_on))
    assert found == ("已签订", "示例1号", expected)


def test_any_of_several_responsible_departments_may_sign(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["department"] = "市甲局；市乙局（联合）"
    assert state(small_root, small_root.agreement(department="市乙局"))[0] == "已签订"


def test_the_one_in_force_else_the_latest(small_root: SmallRoot) -> None:
    period = {"effective_on": "2021-07-10", "expires_on": "2021-07-31"}
    small_root.ledger["agreements"] = [
        small_root.agreement("a", signed_on="2021-05-13", expires_on="2021-06-30"),
        small_root.agreement("b", signed_on="2021-05-12", clauses="依据", **period),
    ]
    conn = small_root.open()
    for as_of, number, status in (
        ("2021-05-11", None, "未签订"),
        ("2021-05-12", "b", "要件不全"),  # signed, though not yet in force
        ("2021-05-13", "a", "已签订"),
        ("2021-06-30", "a", "已签订"),
        ("2021-07-01", "b", "要件不全"),  # no longer, and not yet: the one to come
        ("2021-07-10", "b", "要件不全"),
        ("2021-07-31", "b", "要件不全"),
        ("2021-08-01", "b", "已届满"),  # of those that ended, the last to end
    ):
        conn.execute("UPDATE as_of SET date = ?", (as_of,))
        found = conn.execute(
            "SELECT agreement, agreement_status FROM delegations WHERE id = '1-01-east'"
        )
        assert (as_of, *found.fetchone()) == (as_of, number, status)


def test_of_two_in_force_the_one_signed_last(small_root: SmallRoot) -> None:
    later = small_root.agreement("b", signed_on="2021-05-11", clauses="")
    for order in ((small_root.agreement("a"), later), (later, small_root.agreement("a"))):
        assert state(small_root, *order)[:2] == ("要件不全", "b")


def test_on_another_day(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(expires_on="2022-05-09")]
    conn = small_root.open("2021-04-20")
    found = "SELECT agreement_status FROM {}delegations WHERE id = '1-01-east'"
    create_shadow_views(conn, "2023-01-01")
    assert conn.execute(found.format("")).fetchone() == ("已届满",)
    assert conn.execute(found.format("main.")).fetchone() == ("未签订",)
