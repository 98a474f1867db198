"""Instruments and annexes in the tables."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.problems import InputError, Problem
from registry.model.vocabulary import PROVENANCES

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


def refused(root: SmallRoot) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        root.build()
    assert not (root.path.parent / "small.db").exists()
    return caught.value.problems


def test_what_the_instrument_states(small_root: SmallRoot) -> None:
    conn = small_root.open()
    assert conn.execute("SELECT id, number, issued_on_basis FROM instrument").fetchall() == [
        ("test-1", "测试〔2021〕1号", "reading")
    ]
    assert conn.execute("SELECT id, provenance FROM zone").fetchall() == [
        ("east", "official"),
        ("west", "official"),
    ]
    assert conn.execute("SELECT id, provenance FROM department").fetchall() == [
        ("jia", "reconstruction"),
        ("yi", "reconstruction"),
        ("bing", "reconstruction"),
    ]
    assert conn.execute("SELECT alias FROM department_alias").fetchall() == [("甲局",)]
    assert conn.execute("SELECT number FROM superior_document").fetchall() == [("上级〔2020〕1号",)]
    assert conn.execute("SELECT term, required FROM agreement_term").fetchall() == [
        ("依据", 1),
        ("事项", 1),
        ("期限", 0),
    ]
    assert conn.execute(
        "SELECT id, amount, unit, counted_from, owed_by, proof FROM duty LIMIT 2"
    ).fetchall() == [
        ("agreement", 30, "working", "issue", "department;zone", "agreement"),
        ("handbook", 30, "working", "issue", "department;zone", "deliverable"),
    ]


def test_items_with_departments_and_roles(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["department"] = "市乙局（审批实施）；甲局"
    conn = small_root.open()
    assert conn.execute("SELECT department FROM items WHERE id = '1-01'").fetchone() == (
        "市甲局、市乙局",
    )
    assert conn.execute("SELECT id FROM items ORDER BY item_no").fetchall() == [
        *(("1-01",), ("1-02",), ("1-03",), ("1-04",)),
        *(("2-01",), ("2-02",), ("2-03",), ("3-01",), ("3-02",)),
    ]


def test_delegations_and_their_validity(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["zones"] = "west"
    conn = small_root.open()
    found = conn.execute(
        "SELECT id, valid_from, valid_to, conferred FROM delegations ORDER BY delegation_no"
    ).fetchall()
    assert len(found) == 17
    assert found[0] == ("1-01-west", "2021-04-15", None, 1)
    assert found[1] == ("1-02-east", "2021-04-15", None, 1)
    assert found[-1] == ("3-02-west", None, "2021-04-15", 0)


def test_zones_column_narrows_what_is_owed(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["zones"] = "west"
    conn = small_root.open()
    owed = conn.execute("SELECT zone, count(*) FROM obligations WHERE item = '1-01' GROUP BY 1")
    assert owed.fetchall() == [("west", 4)]


def test_parents_and_what_counts_in_the_total(small_root: SmallRoot) -> None:
    item = small_root.item
    small_root.annexes[1] += [
        item(1, 5, parent="1-06"),
        item(1, 6),
        item(1, 7, parent="1-06", counts_in_total="1"),
        item(1, 8, counts_in_total="0"),
    ]
    conn = small_root.open()
    found = conn.execute("SELECT id, parent, counts_in_total FROM items WHERE annex = 1").fetchall()
    assert found[4:] == [
        ("1-05", "1-06", 0),
        ("1-06", None, 1),
        ("1-07", "1-06", 1),
        ("1-08", None, 0),
    ]
    assert conn.execute("SELECT counted, items FROM annexes").fetchall()[0] == (6, 8)


@pytest.mark.parametrize("parent", ["1-99", "1-01"])
def test_a_parent_that_is_not_there(small_root: SmallRoot, parent: str) -> None:
    small_root.annexes[1][0]["parent"] = parent  # 1-01 itself is no parent of 1-01
    (problem,) = refused(small_root)
    assert (problem.row, problem.column) == (2, "parent")
    assert problem.what == f"there is no item {parent}"


def test_a_parent_in_an_earlier_annex(small_root: SmallRoot) -> None:
    small_root.annexes[2][0]["parent"] = "1-01"
    conn = small_root.open()
    assert conn.execute("SELECT parent FROM items WHERE id = '2-01'").fetchone() == ("1-01",)


def test_every_duplicate_id_is_named(small_root: SmallRoot) -> None:
    small_root.annexes[2][1]["id"] = small_root.annexes[2][2]["id"] = "2-01"
    found = refused(small_root)
    assert [(p.path.name, p.row, p.column) for p in found] == [
        ("annex2.csv", 3, "id"),
        ("annex2.csv", 4, "id"),
    ]
    assert found[0].what == "the id 2-01 stands twice"
    assert "give the other a new one" in found[0].remedy


def test_a_minted_id_that_another_row_states(small_root: SmallRoot) -> None:
    small_root.annexes[1][1]["id"] = ""
    small_root.annexes[1][0]["id"] = "1-02"
    assert [(p.row, p.column) for p in refused(small_root)] == [(3, "id")]


def test_duplicates_are_found_among_other_problems(small_root: SmallRoot) -> None:
    small_root.annexes[1][1]["id"] = "1-01"
    small_root.annexes[1][2]["department"] = "市丁局"
    small_root.annexes[1][3]["parent"] = "1-77"
    found = [(p.row, p.column) for p in refused(small_root)]
    assert found == [(3, "id"), (4, "department"), (5, "parent")]


@pytest.mark.parametrize(
    ("n", "kept"), [(1, ["1-02"]), (2, ["1-01", "1-02"]), (3, ["1-01", "1-02", "1-03"])]
)
def test_only_accepted_rows(small_root: SmallRoot, n: int, kept: list[str]) -> None:
    small_root.annexes[1][1]["provenance"] = "official"
    small_root.annexes[1][2]["provenance"] = "demonstration"
    small_root.ledger["agreements"] = [
        small_root.agreement("a"),
        small_root.agreement("b", covers="1-02", provenance="official"),
    ]
    conn = small_root.open(accepted=PROVENANCES[:n])
    found = conn.execute("SELECT id FROM item WHERE annex = 1 AND seq < 4 ORDER BY seq").fetchall()
    assert [id_ for (id_,) in found] == kept
    numbers = [row[0] for row in conn.execute("SELECT number FROM agreement")]
    assert numbers == (["a", "b"] if n == 3 else ["b"])
    assert conn.execute("SELECT counted FROM annexes").fetchone() == (
        conn.execute("SELECT count(*) FROM item WHERE annex = 1").fetchone()
    )


def test_gb18030_leaves_a_note(small_root: SmallRoot) -> None:
    small_root.write()
    path = small_root.write_annex(2, small_root.annexes[2], "gb18030")
    small_root.annexes.pop(2)
    notes = small_root.build().notes
    assert notes == [f"{path}: read as GB18030; UTF-8 is the registry's own encoding"]


class TestTwoInstruments:
    @pytest.fixture
    def second(self, small_root: SmallRoot) -> dict[str, Any]:
        """Give a second instrument, of one annex and of a third zone as well."""
        second = deepcopy(small_root.instrument)
        second.update(id="test-2", number="测试〔2022〕2号", issued_on="2022-03-01")
        second["annexes"] = [{"annex": 1, "title": "丁", "role": "delegated", "clause": "C01"}]
        second["modes"] = second["modes"][:1]
        second["duties"] = second["duties"][:1]
        second["zones"] = [
            second["zones"][1],
            {"id": "north", "name": "北区管委会", "short_name": "北区", "clause": "C01"},
        ]
        return second

    def build(self, first: SmallRoot, second: dict[str, Any], covers: str = "1-01") -> Any:
        agreement = first.agreement(zone="north", signed_on="2022-03-10", covers=covers)
        other = type(first)(first.path)
        other.folder = first.path / "test-2"
        other.instrument = second
        other.annexes = {1: first.annexes[1][:2]}
        other.ledger = {"agreements": [agreement]}
        other.write()
        return first.open("2022-04-01")

    def test_items_duties_and_totals_stay_apart(
        self, small_root: SmallRoot, second: dict[str, Any]
    ) -> None:
        small_root.ledger["agreements"] = [small_root.agreement(zone="west")]
        conn = self.build(small_root, second)
        assert conn.execute("SELECT instrument, count(*) FROM items GROUP BY 1").fetchall() == [
            ("test-1", 9),
            ("test-2", 2),
        ]
        zones = "SELECT DISTINCT instrument, zone FROM delegations ORDER BY 1, 2"
        assert conn.execute(zones).fetchall() == [
            *(("test-1", "east"), ("test-1", "west")),
            *(("test-2", "north"), ("test-2", "west")),
        ]
        due = "SELECT DISTINCT instrument, due_on FROM obligations WHERE duty = 'agreement'"
        assert conn.execute(due).fetchall() == [("test-1", "2021-05-28"), ("test-2", "2022-04-13")]
        signed = (
            "SELECT instrument, id FROM delegations WHERE agreement IS NOT NULL ORDER BY instrument"
        )
        assert conn.execute(signed).fetchall() == [
            ("test-1", "1-01-west"),
            ("test-2", "1-01-north"),
        ]
        assert conn.execute("SELECT instrument, control_total FROM annexes").fetchall() == [
            *(("test-1", 4), ("test-1", 3), ("test-1", None), ("test-2", None)),
        ]
        assert conn.execute("SELECT count(*) FROM zone").fetchone() == (3,)
        assert conn.execute("SELECT count(*) FROM department").fetchone() == (3,)

    def test_the_same_department_with_more_aliases(
        self, small_root: SmallRoot, second: dict[str, Any]
    ) -> None:
        second["departments"][0]["aliases"] = ["甲局", "原甲局"]
        conn = self.build(small_root, second)
        aliases = "SELECT alias FROM department_alias ORDER BY alias"
        assert conn.execute(aliases).fetchall() == [("原甲局",), ("甲局",)]

    @pytest.mark.parametrize(
        ("kind", "change", "named"),
        [
            ("zones", {"short_name": "西部"}, "west"),
            ("zones", {"id": "xi"}, "xi"),
            ("departments", {"name": "测试市第一局"}, "jia"),
            ("departments", {"id": "first"}, "first"),
            (
                "departments",
                {"aliases": ["市己局"], "id": "ji", "name": "己", "short_name": "甲局"},
                "甲局",
            ),
        ],
    )
    def test_disagreement_about_a_body(
        self,
        small_root: SmallRoot,
        second: dict[str, Any],
        kind: str,
        change: dict[str, str],
        named: str,
    ) -> None:
        second[kind][0].update(change)
        second["departments"].append({"id": "x", "name": "测试市甲局二", "short_name": "市甲局二"})
        with pytest.raises(InputError) as caught:
            self.build(small_root, second)
        (problem,) = caught.value.problems
        assert (problem.path.parent.name, problem.column) == ("test-2", kind)
        assert f"“{named}” is known under other names" in problem.what

    def test_an_item_of_the_other_instrument_is_none(
        self, small_root: SmallRoot, second: dict[str, Any]
    ) -> None:
        with pytest.raises(InputError, match="there is no item 1-03"):
            self.build(small_root, second, covers="1-03")

    def test_one_alias_for_two_departments(
        self, small_root: SmallRoot, second: dict[str, Any]
    ) -> None:
        second["departments"][0]["aliases"] = []
        second["departments"][1]["aliases"] = ["甲局"]
        with pytest.raises(InputError, match="“甲局” is known under other names"):
            self.build(small_root, second)
