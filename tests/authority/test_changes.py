"""What changed when: turns of state and of terms, and what brought them about."""

from __future__ import annotations

from typing import Any

from registry.authority.answering import Authority
from registry.authority.changes import changes_of
from registry.store.connection import connect
from tests.conftest import SmallRoot
from tests.store.test_effects import LATER, ON, Later


def told(root: SmallRoot, item: str, until: str = "2030-01-01") -> list[tuple[Any, ...]]:
    """Day, state before, state, terms and cause of each change of the item in the eastern zone."""
    conn = connect(root.build().path)
    try:
        return [
            (c.day, c.before, c.state, c.terms, c.cause.kind, c.cause.ref)
            for delegation in Authority(conn).delegations()
            if delegation.item.id == item and delegation.zone == "east"
            for c in changes_of(delegation, until)
        ]
    finally:
        conn.close()


BEGIN = ("2021-04-15", "尚未生效", "待签协议", None, "instrument", "测试〔2021〕1号")


def test_an_agreement_opens_and_its_term_closes(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement(effective_on="2021-05-20", expires_on="2022-05-19")
    ]
    found = told(small_root, "1-01")
    assert found == [
        BEGIN,
        ("2021-05-20", "待签协议", "生效", None, "agreement", "示例1号"),
        ("2022-05-20", "生效", "委托届满", None, "term", "示例1号"),
    ]


def test_what_is_yet_to_come_is_not_told(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(expires_on="2022-05-19")]
    assert [row[0] for row in told(small_root, "1-01", "2022-05-19")] == [
        "2021-04-15",
        "2021-05-10",
    ]


def test_a_termination_is_told_as_one(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement(terminated_on="2021-08-01", termination_basis="双方协商")
    ]
    assert told(small_root, "1-01")[-1] == (
        *("2021-08-02", "生效", "已解除", None, "termination", "示例1号"),
    )


def test_items_that_are_no_longer_exercised(small_root: SmallRoot) -> None:
    assert told(small_root, "3-01") == [
        ("2021-04-15", "尚未生效", "已收回", None, "instrument", "测试〔2021〕1号")
    ]


def test_terms_that_change_without_the_state(small_root: SmallRoot) -> None:
    later = Later(small_root)
    later.effect("amends", items=["1-03"], scope="部分", remark="限甲类")
    later.effect("withdraws", items=["1-04"], transition="successor-takes")
    conn = later.open()
    try:
        found = {
            delegation.item.id: [*changes_of(delegation, "2030-01-01")][-1]
            for delegation in Authority(conn).delegations()
            if delegation.zone == "east"
        }
    finally:
        conn.close()
    amended, withdrawn = found["1-03"], found["1-04"]
    assert (amended.day, amended.before, amended.state) == (ON, "生效", "生效")
    assert (amended.terms, amended.cause.ref) == ("scope;remark", LATER["number"])
    assert (withdrawn.day, withdrawn.before, withdrawn.state) == (ON, "生效", "已收回")
    assert withdrawn.terms is None
