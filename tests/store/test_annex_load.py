"""A list takes the place of an annex: what stays, what goes, and what is remembered."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, Literal

import pytest

from registry.intake.annex_list import resolve
from registry.intake.grid import Sheet
from registry.intake.listing.reader import read_list
from registry.store.annex_load import (
    AnnexLoadResult,
    Origin,
    ReplacedItem,
    load_annex,
    stored_items,
)
from registry.store.instrument import find_instrument
from registry.store.stored_instrument import stored_instrument
from tests.conftest import SmallRoot

HEAD = ["序号", "事项名称", "事项类型", "实施部门", "赋权方式", "承接主体", "实施依据"]
ORIGIN = Origin(Path("附件1.xlsx"), "0" * 64, "xlsx", "official", "测试〔2021〕1号附件1")
FIRST = ["1", "事项1-1", "行政许可", "市甲局", "委托下放", "", "《水法》第七条"]
ALIASES: dict[Literal["department", "zone"], dict[str, str]] = {
    "department": {"甲厅": "jia"},
    "zone": {"甲园": "east"},
}


def load(
    conn: sqlite3.Connection,
    rows: list[list[str]],
    pairs: dict[int, str],
    annex: int = 1,
    **how: Any,
) -> AnnexLoadResult:
    no, _id = find_instrument(conn, None)
    instrument = stored_instrument(conn, no, "official", ORIGIN.source)
    found = resolve(read_list([Sheet("表", [HEAD, *rows])]), instrument, annex)
    assert not found.faults
    decided = {index: ReplacedItem(item, 100.0, "name") for index, item in pairs.items()}
    how = {"now": "2021-07-01T09:00:00", **how}
    return load_annex(conn, instrument, no, annex, found.items, decided, ORIGIN, **how)


def column(conn: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    return [row[0] for row in conn.execute(sql, values)]


@pytest.fixture
def conn(small_root: SmallRoot) -> sqlite3.Connection:
    """Open the small file, with a ledger that covers single items and a whole annex."""
    small_root.ledger = {
        "agreements": [small_root.agreement(covers="1-01;1-02")],
        "deliverables": [
            small_root.deliverable(covers="1-01"),
            small_root.deliverable(covers="1-02"),
            small_root.deliverable("powers-list", covers="annex:1", document="清单"),
        ],
        "service": [
            {"item": item, "zone": "east", "measure": "时限", "before": 9, "after": 3, "unit": "日"}
            for item in ("1-01", "1-02")
        ],
    }
    return small_root.open()


def test_a_paired_item_keeps_id_and_ledger_and_becomes_official(conn: sqlite3.Connection) -> None:
    old = dict(conn.execute("SELECT id, agreement_status FROM delegations").fetchall())
    result = load(conn, [FIRST], {0: "1-01"})
    assert result.replaced == ["1-01"]
    assert sorted(result.retired) == ["1-02", "1-03", "1-04"]
    (item,) = conn.execute(
        "SELECT id, name, provenance, source, law, article FROM items WHERE annex = 1"
    ).fetchall()
    assert item == ("1-01", "事项1-1", "official", ORIGIN.source, "水法", "第七条")
    new = dict(conn.execute("SELECT id, agreement_status FROM delegations WHERE annex = 1"))
    assert new == {key: old[key] for key in ("1-01-east", "1-01-west")}
    assert column(conn, "SELECT count(*) FROM service_reduction") == [1]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_ledger_rows_follow_the_paired_and_nobody_else(conn: sqlite3.Connection) -> None:
    new = ["2", "事项新", "行政许可", "市甲局", "委托下放", "", ""]
    result = load(conn, [FIRST, new], {0: "1-01"})
    assert result.added == ["1-05"]
    proved = column(
        conn,
        "SELECT DISTINCT i.id FROM proof AS p JOIN delegation AS d ON d.no = p.delegation"
        " JOIN item AS i ON i.no = d.item",
    )
    assert proved == ["1-01"]
    assert column(
        conn,
        "SELECT i.id FROM agreement_item AS ai JOIN item AS i ON i.no = ai.item",
    ) == ["1-01"]
    # What covered the whole annex names what it covered, and nothing that came later.
    assert result.annex_replaced_by_items == 1
    covers = column(conn, "SELECT covers FROM deliverable ORDER BY no")
    assert covers == ["1-01", "1-02", "1-01"]
    assert column(conn, "SELECT covers FROM agreement") == ["1-01"]


def test_ids_are_never_given_out_again(conn: sqlite3.Connection) -> None:
    rows = [["1", "事项甲", "行政许可", "市甲局", "委托下放", "", ""]]
    assert load(conn, rows, {}).added == ["1-05"]
    rows[0][1] = "事项乙"
    assert load(conn, rows, {}).added == ["1-06"]
    assert column(conn, "SELECT seq FROM item WHERE id = '1-06'") == [1]


def test_what_was_is_remembered(conn: sqlite3.Connection) -> None:
    load(conn, [FIRST], {0: "1-01"})
    history = {
        item: (change, score, by, json.loads(old) if old else None)
        for item, change, score, by, old in conn.execute(
            "SELECT item, change, score, decided_by, old FROM item_change"
        )
    }
    change, score, by, old = history["1-01"]
    assert (change, score, by) == ("replaced", 100.0, "name")
    assert old
    assert old["provenance"] == "reconstruction"
    change, _score, _by, retired = history["1-02"]
    assert change == "retired"
    assert retired
    assert retired["name"] == "事项1-2"
    assert retired["agreements"] == [{"number": "示例1号"}]
    assert [proof["duty"] for proof in retired["proofs"]] == ["handbook", "powers-list"]
    assert retired["service"][0]["after"] == 3


def test_the_words_of_the_list_are_kept(conn: sqlite3.Connection) -> None:
    row = ["1", "1.事项 1-1", *FIRST[2:]]
    load(conn, [row], {0: "1-01"})
    assert conn.execute("SELECT place, name, basis FROM item_listing").fetchall() == [
        ("表!2", "1.事项 1-1", "《水法》第七条")
    ]
    load(conn, [FIRST], {0: "1-01"})
    assert column(conn, "SELECT load FROM item_listing") == [2]


def test_zones_and_departments_follow_the_list(conn: sqlite3.Connection) -> None:
    load(conn, [[*FIRST[:3], "市乙局", "委托收件", "西区", ""]], {0: "1-01"})
    assert column(conn, "SELECT id FROM delegations WHERE annex = 1") == ["1-01-west"]
    assert column(conn, "SELECT department FROM delegations WHERE annex = 1") == ["市乙局"]
    assert column(conn, "SELECT mode FROM items WHERE id = '1-01'") == ["委托收件"]
    load(conn, [FIRST], {0: "1-01"})
    assert column(conn, "SELECT count(*) FROM delegations WHERE annex = 1") == [2]


def test_sub_items_and_an_annex_that_was_empty(small_root: SmallRoot) -> None:
    conn = small_root.open(accepted=["official"])
    head_mode = "不再实施"
    rows = [
        ["7", "公路许可", "行政许可", "市甲局", head_mode, "", ""],
        ["7.1", "跨越公路许可", "行政许可", "市甲局", head_mode, "", ""],
        ["9", "取水许可", "行政许可", "市甲局", head_mode, "", ""],
    ]
    assert load(conn, rows, {}, annex=3).added == ["3-07", "3-10", "3-09"]
    assert conn.execute(
        "SELECT i.id, p.id, i.counts_in_total, i.seq FROM item AS i"
        " LEFT JOIN item AS p ON p.no = i.parent WHERE i.annex = 3 ORDER BY i.no"
    ).fetchall() == [("3-07", None, 1, 7), ("3-10", "3-07", 0, 7), ("3-09", None, 1, 9)]
    valid = conn.execute("SELECT DISTINCT valid_from, valid_to, conferral FROM delegations"
                         " WHERE annex = 3").fetchall()  # fmt: skip
    assert valid == [(None, "2021-04-15", "不再实施")]


def test_all_or_nothing(conn: sqlite3.Connection) -> None:
    before = "\n".join(conn.iterdump())
    conn.execute("CREATE TEMP TRIGGER stop BEFORE INSERT ON item_listing BEGIN"
                 " SELECT raise(ABORT, 'power failure'); END")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError, match="power failure"):
        load(conn, [FIRST], {0: "1-01"}, aliases=ALIASES)
    assert "\n".join(conn.iterdump()) == before


def test_the_file_says_what_it_rests_on(conn: sqlite3.Connection) -> None:
    digest = column(conn, "SELECT value FROM meta WHERE key = 'data_digest'")
    load(conn, [FIRST], {0: "1-01"}, aliases=ALIASES)
    assert column(conn, "SELECT value FROM meta WHERE key = 'data_digest'") != digest
    assert conn.execute(
        "SELECT path, encoding, kind FROM source_file WHERE kind <> 'built'"
    ).fetchall() == [("附件1.xlsx", "xlsx", "annex")]
    assert column(conn, "SELECT alias FROM department_alias WHERE alias = '甲厅'") == ["甲厅"]
    assert column(conn, "SELECT alias FROM zone_alias") == ["甲园"]


def test_stored_items_of_one_zone(small_root: SmallRoot) -> None:
    small_root.annexes[1][0]["zones"] = "east"
    conn = small_root.open()
    no, _id = find_instrument(conn, None)
    assert [i.id for i in stored_items(conn, no, 1, "west")] == ["1-02", "1-03", "1-04"]
    everything = stored_items(conn, no, None)
    assert len(everything) == 9
    assert (everything[0].departments, everything[0].named.departments) == (
        "市甲局",
        frozenset(["jia"]),
    )
