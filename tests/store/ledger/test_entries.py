"""The ledger in the tables: what proves what, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.intake.problems import InputError

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


@pytest.mark.parametrize(
    ("covers", "zone", "proved"),
    [
        ("1-01", "east", ["1-01-east"]),
        ("1-03;1-01", "west", ["1-01-west", "1-03-west"]),
        ("1-02", "", ["1-02-east", "1-02-west"]),
        ("annex:2", "east", ["2-01-east", "2-02-east", "2-03-east"]),
    ],
)
def test_a_deliverable_proves_for_every_delegation_it_covers(
    small_root: SmallRoot, covers: str, zone: str, proved: list[str]
) -> None:
    row = small_root.deliverable("powers-list", covers=covers, zone=zone)
    small_root.ledger["deliverables"] = [row]
    conn = small_root.open()
    met = "SELECT delegation FROM obligation_status WHERE met_on = '2021-05-20' ORDER BY 1"
    assert [row[0] for row in conn.execute(met)] == proved
    shown = conn.execute("SELECT duty, zone, covers, provenance FROM deliverables").fetchall()
    assert shown == [("powers-list", zone or None, covers, "demonstration")]


def test_a_zone_that_an_item_was_not_conferred_on_gets_no_proof(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["zones"] = "east"
    small_root.ledger["deliverables"] = [small_root.deliverable(zone="")]
    conn = small_root.open()
    assert conn.execute("SELECT count(*) FROM proof").fetchone() == (1,)


def test_an_agreement_with_what_it_contains(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(covers="1-01;1-02", clauses="事项")]
    conn = small_root.open()
    columns = "number, department, zone, items, contains, lacks, lacks_advisable, provenance"
    assert conn.execute(f"SELECT {columns} FROM agreements").fetchall() == [
        ("示例1号", "jia", "east", 2, "事项", "依据", "期限", "demonstration")
    ]


def test_an_agreement_that_a_zone_granted(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(department="west")]
    conn = small_root.open()
    columns = "department, grantor_zone, zone"
    assert conn.execute(f"SELECT {columns} FROM agreements").fetchall() == [(None, "west", "east")]


def test_a_number_belongs_to_one_agreement(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement("a"),
        small_root.agreement("a", zone="west"),
        small_root.agreement("b", zone="?"),
    ]
    with pytest.raises(InputError) as caught:
        small_root.build()
    found = [(p.path.name, p.row, p.column) for p in caught.value.problems]
    assert found == [("agreements.csv", 3, "number"), ("agreements.csv", 4, "zone")]
    assert "an agreement of the number a is there already" in caught.value.problems[0].what


def test_how_an_agreement_ends_and_what_it_renews(small_root: SmallRoot) -> None:
    ended = {"terminated_on": "2021-08-31", "termination_basis": "双方协商"}
    small_root.ledger["agreements"] = [
        small_root.agreement("乙", signed_on="2021-08-20", effective_on="2021-09-01", renews="甲"),
        small_root.agreement(
            "甲", filed_on="2021-05-12", dissolved_public_on="2021-09-02", **ended
        ),
    ]
    conn = small_root.open()
    columns = (
        "number, renews, filed_on, terminated_on, termination_basis, dissolved_public_on, from_on,"
        " to_on"
    )
    assert conn.execute(f"SELECT {columns} FROM agreements").fetchall() == [
        ("乙", "甲", None, None, None, None, "2021-09-01", None),
        (
            *("甲", None, "2021-05-12", "2021-08-31", "双方协商", "2021-09-02"),
            *("2021-05-10", "2021-08-31"),
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "column", "what"),
    [
        ({"filed_on": "2021-05-09"}, "filed_on", "before the signing of the agreement on 2021-05"),
        ({"dissolved_public_on": "2021-05-09"}, "dissolved_public_on", "before the signing"),
        ({"terminated_on": "2021-05-09", "termination_basis": "x"}, "terminated_on", "before"),
        (
            {"expires_on": "2021-06-30", "terminated_on": "2021-07-01", "termination_basis": "x"},
            "terminated_on",
            "the agreement expired on 2021-06-30, and can't be terminated on 2021-07-01",
        ),
        ({"terminated_on": "2021-06-09"}, "termination_basis", "on what basis is not stated"),
        ({"termination_basis": "x"}, "termination_basis", "a basis of termination is stated"),
        ({"renews": "示例1号"}, "renews", "the agreement 示例1号 is said to renew itself"),
        ({"renews": "示例2号"}, "renews", "there is no agreement 示例2号 to renew"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    small_root: SmallRoot, changes: dict[str, str], column: str, what: str
) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(**changes)]
    with pytest.raises(InputError) as caught:
        small_root.build()
    (found,) = caught.value.problems
    assert (found.row, found.column) == (2, column)
    assert what in found.what
    assert found.remedy


@pytest.mark.parametrize(
    "changes",
    [
        {"filed_on": "2021-05-10", "dissolved_public_on": "2021-05-10"},
        {"terminated_on": "2021-05-10", "termination_basis": "x"},
        {"expires_on": "2021-06-30", "terminated_on": "2021-06-30", "termination_basis": "x"},
    ],
)
def test_the_days_themselves_are_taken(small_root: SmallRoot, changes: dict[str, str]) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(**changes)]
    assert small_root.open().execute("SELECT count(*) FROM agreement").fetchone() == (1,)


def test_guidance_and_service(small_root: SmallRoot) -> None:
    guidance = {"zone": "西区", "department": "甲局", "kind": "业务培训", "raised_on": "2021-05-06"}
    service = {"item": "1-01", "zone": "east", "measure": "时限", "before": 20, "after": 7.5}
    small_root.ledger = {
        "guidance": [{**guidance, "text": "请派员授课"}],
        "service": [{**service, "unit": "个工作日"}],
    }
    conn = small_root.open()
    columns = "zone, department, kind, raised_on, answered_on, text"
    assert conn.execute(f"SELECT {columns} FROM guidance_requests").fetchall() == [
        ("west", "jia", "业务培训", "2021-05-06", None, "请派员授课")
    ]
    columns = "item, zone, measure, before, after, unit, provenance"
    assert conn.execute(f"SELECT {columns} FROM service_reductions").fetchall() == [
        ("1-01", "east", "时限", 20.0, 7.5, "个工作日", "demonstration")
    ]
