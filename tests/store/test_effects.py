"""What later instruments and events make of delegations, the day before, on it and after."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from registry.store.connection import transaction
from registry.store.effects import EffectError, update_periods
from registry.store.ledger.rows import all_bodies, find_body
from registry.store.ledger.workbooks import LedgerBooks
from registry.store.stored_instrument import stored_instrument
from registry.store.views import create_shadow_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SmallRoot

FIRST_DUE = "2021-05-28"
LATER = {
    "id": "later-1",
    "number": "测试〔2022〕2号",
    "title": "后续文件",
    "issuer": "测试市人民政府",
    "signed_on": "2022-03-01",
    "issued_on": "2022-03-01",
    "issued_on_basis": "text",
    "provenance": "official",
    "source": "测试公报",
    "clauses": [
        {"id": "一", "heading": "一", "text": "一条", "summary": "One.", "checked": "intake"}
    ],
}
LATER_DUE = "2022-04-13"
"""Thirty working days after the later instrument: 清明 is off, 2 April is worked."""
BEFORE, ON, AFTER = "2022-03-31", "2022-04-01", "2022-04-02"


class Later:
    """The small root with a later instrument beside it."""

    def __init__(self, root: SmallRoot) -> None:
        self.root = root
        self.instrument: dict[str, Any] = {**LATER, "effects": []}

    def effect(self, kind: str, **stated: Any) -> None:
        """Give the later instrument an effect on the first."""
        self.instrument["effects"].append(
            {"kind": kind, "target": "test-1", "effective_on": ON, "clause": "一", **stated}
        )

    def open(self) -> sqlite3.Connection:
        """Build both and open the file."""
        folder = self.root.path / "test-2"
        folder.mkdir(exist_ok=True)
        text = yaml.safe_dump(self.instrument, allow_unicode=True)
        (folder / "instrument.yml").write_text(text, encoding="utf-8")
        return self.root.open()


@pytest.fixture
def later(small_root: SmallRoot) -> Later:
    return Later(small_root)


def on(conn: sqlite3.Connection, day: str, sql: str) -> list[tuple[Any, ...]]:
    """Ask the views of a day."""
    conn.execute("UPDATE as_of SET date = ?", (day,))
    return conn.execute(sql).fetchall()


def states(conn: sqlite3.Connection, delegation: str = "1-01-east") -> list[tuple[Any, ...]]:
    """How a delegation stands the day before, of and after, and how many duties it owes."""
    sql = (
        "SELECT conferral, conferred, mode, (SELECT count(*) FROM obligation_status AS o"
        f" WHERE o.delegation = d.id) FROM delegations AS d WHERE id = '{delegation}'"
    )
    return [row for day in (BEFORE, ON, AFTER) for row in on(conn, day, sql)]


def asked_of(conn: sqlite3.Connection, zone: str, day: str) -> set[str]:
    """Keys of the obligations that a zone's workbook of the day asks for."""
    book = LedgerBooks(conn, 1, day).book(find_body(conn, "zone", zone))
    return {row.key for row in book.sheets[0].rows}


HELD = ("已赋权", 1, "委托下放", 4)


def test_a_withdrawal_ends_what_is_owed(later: Later) -> None:
    later.effect("withdraws", items=["1-01"], delegates=["east"], transition="former-finishes")
    conn = later.open()
    assert states(conn) == [HELD, ("已收回", 0, "委托下放", 0), ("已收回", 0, "委托下放", 0)]
    assert states(conn, "1-01-west") == states(conn, "1-02-east")[:0] + [HELD] * 3
    days = "SELECT valid_from, valid_to, opened_by FROM delegations WHERE id = '1-01-east'"
    assert on(conn, AFTER, days) == [("2021-04-15", BEFORE, "测试〔2022〕2号")]
    # The end is known once the later instrument is issued.
    assert on(conn, "2022-03-01", days)[0][1] == BEFORE
    assert on(conn, "2022-02-28", days)[0][1] is None


def test_the_new_organ_acts_from_the_handover_on(later: Later) -> None:
    later.effect("withdraws", items=["annex:1"], handover_on=AFTER)
    assert [row[0] for row in states(later.open())] == ["已赋权", "已赋权", "已收回"]


def test_a_withdrawal_may_owe_something_of_its_own(later: Later) -> None:
    later.instrument |= {
        "annexes": [
            {"annex": 1, "title": "收回", "role": "withdrawn", "control_total": 0, "clause": "一"}
        ],
        "modes": [{"name": "收回", "annex": 1, "entrusts": False, "clause": "一"}],
        "zones": [{**zone, "clause": "一"} for zone in later.root.instrument["zones"]],
        "duties": [
            {
                "id": "removal",
                "name": {"zh": "移出", "en": "removal"},
                "modes": ["收回"],
                "amount": 30,
                "basis": "text",
                "owed_by": ["zone"],
                "clauses": ["一"],
            }
        ],
        "defaults": later.root.instrument["defaults"],
    }
    (later.root.path / "test-2").mkdir()
    (later.root.path / "test-2" / "annex1.csv").write_text(
        "id,seq,name,power_type,initiation,department,mode,scope\n", encoding="utf-8"
    )
    later.effect("withdraws", items=["1-01"], mode="收回")
    conn = later.open()
    owed = "SELECT duty, due_on, status FROM obligation_status WHERE delegation = '1-01-east'"
    assert on(conn, ON, owed) == [("removal", LATER_DUE, "pending")]
    assert on(conn, "2022-04-14", owed) == [("removal", LATER_DUE, "alarm")]


def test_narrowing_moves_no_deadline(later: Later) -> None:
    later.effect("amends", items=["1-01"], territory="起步区", scope="部分", remark="限起步区")
    conn = later.open()
    assert states(conn) == [HELD] * 3
    terms = "SELECT scope, remark, territory FROM delegations WHERE id = '1-01-west'"
    assert on(conn, BEFORE, terms) == [("全部", None, None)]
    assert on(conn, ON, terms) == [("部分", "限起步区", "起步区")]
    due = "SELECT DISTINCT due_on FROM obligations WHERE delegation = '1-01-west'"
    assert on(conn, AFTER, due) == [(FIRST_DUE,)]


def test_another_mode_is_conferred_anew(later: Later) -> None:
    later.effect("amends", items=["1-03"], mode="委托下放")
    conn = later.open()
    assert [row[2:] for row in states(conn, "1-03-east")] == [
        ("下放实质性审核权", 2),
        ("委托下放", 4),
        ("委托下放", 4),
    ]
    due = "SELECT DISTINCT due_on FROM obligations WHERE delegation = '1-03-east'"
    assert on(conn, BEFORE, due) == [(FIRST_DUE,)]
    assert on(conn, ON, due) == [(LATER_DUE,)]
    agreement = "1-03-east/agreement"
    assert agreement not in asked_of(conn, "east", BEFORE), "no agreement is owed yet"
    assert agreement in asked_of(conn, "east", ON)


def test_nothing_is_owed_while_suspended(later: Later) -> None:
    later.effect("suspends", items=["1-01"])
    later.effect("resumes", items=["1-01"], effective_on="2022-06-01")
    conn = later.open()
    assert [row[::3] for row in states(conn)] == [("已赋权", 4), ("已中止", 0), ("已中止", 0)]
    sql = "SELECT conferral FROM delegations WHERE id = '1-01-east'"
    assert on(conn, "2022-05-31", sql) == [("已中止",)]
    assert on(conn, "2022-06-01", sql) == [("已赋权",)]
    due = "SELECT DISTINCT due_on FROM obligations WHERE delegation = '1-01-east'"
    assert on(conn, "2022-06-01", due) == [(LATER_DUE,)]


def test_a_zone_joins_later(later: Later) -> None:
    later.instrument["zones"] = [
        {"id": "south", "name": "南区管委会", "short_name": "南区", "clause": "一"}
    ]
    later.effect("extends-to", items=["annex:1"], to=["south"])
    conn = later.open()
    assert states(conn, "1-01-south") == [
        ("尚未生效", 0, "委托下放", 4),  # owed from the issue on, though it may not act yet
        HELD,
        HELD,
    ]
    assert on(conn, "2022-02-28", "SELECT 1 FROM obligations WHERE zone = 'south'") == []
    due = "SELECT DISTINCT due_on FROM obligations WHERE zone = '{}'"
    assert on(conn, ON, due.format("south")) == [(LATER_DUE,)]
    assert on(conn, ON, due.format("east")) == [(FIRST_DUE,)]


def test_what_has_an_end_expires_and_is_extended(later: Later) -> None:
    later.root.instrument["valid_until"] = BEFORE
    conn = later.open()
    assert [row[::3] for row in states(conn)] == [("已赋权", 4), ("已到期", 0), ("已到期", 0)]
    later.effect("extends", items=["1-01"], effective_on="2022-03-01", until=ON)
    conn = later.open()
    assert [row[0] for row in states(conn)] == ["已赋权", "已赋权", "已到期"]
    assert [row[0] for row in states(conn, "1-03-west")] == ["已赋权", "已到期", "已到期"]


def event(conn: sqlite3.Connection, kind: str, what: str, body: str, **stated: str) -> None:
    """Record what happened to a body on the day."""
    row = {"kind": kind, "what": what, "body": body, "on_day": ON, "basis": "测试〔2022〕3号"}
    row |= {"provenance": "official", "source": "测试", **stated}
    with transaction(conn):
        conn.execute(
            f"INSERT INTO body_event ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            list(row.values()),
        )
        update_periods(conn)


def test_an_abolished_zone_holds_nothing(small_root: SmallRoot) -> None:
    conn = small_root.open()
    event(conn, "zone", "abolished", "east")
    assert states(conn) == [HELD, ("已收回", 0, "委托下放", 0), ("已收回", 0, "委托下放", 0)]
    assert states(conn, "1-01-west") == [HELD] * 3


def test_a_merged_zone_is_followed_by_its_successor(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(expires_on="2025-01-01")]
    conn = small_root.open()
    event(conn, "zone", "merged", "east", successor="west")
    sql = "SELECT zone, zone_name, agreement FROM delegations WHERE id = '1-01-east'"
    assert on(conn, BEFORE, sql) == [("east", "东区管委会", "示例1号")]
    assert on(conn, ON, sql) == [("west", "西区管委会", "示例1号")]
    due = "SELECT DISTINCT zone, due_on FROM obligation_status WHERE delegation = '1-01-east'"
    assert on(conn, AFTER, due) == [("west", FIRST_DUE)]
    assert "1-01-east/handbook" not in asked_of(conn, "west", BEFORE)
    assert "1-01-east/handbook" in asked_of(conn, "west", ON)
    assert asked_of(conn, "east", ON) == set()


def test_a_merged_department_is_followed_by_its_successor(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(expires_on="2025-01-01")]
    conn = small_root.open()
    event(conn, "department", "merged", "jia", successor="yi")
    owed = (
        "SELECT DISTINCT body FROM obligation_bodies"
        " WHERE delegation = '1-01-east' AND kind = 'department'"
    )
    assert on(conn, BEFORE, owed) == [("jia",)]
    assert on(conn, ON, owed) == on(conn, AFTER, owed) == [("yi",)]
    named = "SELECT department, agreement, agreement_status FROM delegations WHERE id = '1-01-east'"
    assert on(conn, ON, named) == [("市乙局", "示例1号", "已签订")], "its agreements stay"


def test_an_abolished_department_leaves_it_to_the_office(small_root: SmallRoot) -> None:
    conn = small_root.open()
    event(conn, "department", "abolished", "jia")
    owed = "SELECT DISTINCT body FROM obligation_bodies WHERE item = '1-01' AND kind = 'department'"
    owed = owed.replace("item = '1-01'", "delegation = '1-01-east'")
    assert on(conn, BEFORE, owed) == [("jia",)]
    assert on(conn, ON, owed) == [("office",)]


def test_a_renamed_department_has_its_name_of_the_day(small_root: SmallRoot) -> None:
    conn = small_root.open()
    event(conn, "department", "renamed", "jia", name="测试市新局", short_name="市新局")
    named = "SELECT department FROM delegations WHERE id = '1-01-east'"
    assert on(conn, BEFORE, named) == [("市甲局",)]
    assert on(conn, ON, named) == on(conn, AFTER, named) == [("市新局",)]


def test_effects_are_read_back_as_they_were_written(later: Later) -> None:
    later.effect("amends", items=["1-01", "annex:2"], delegates=["east"], remark="甲")
    later.effect("extends-to", items=["1-02"], to=["west"])
    conn = later.open()
    (no,) = conn.execute("SELECT no FROM instrument WHERE id = 'later-1'").fetchone()
    read = stored_instrument(conn, no, "official", "测试")
    assert [e.model_dump() for e in read.effects] == [
        e.model_dump() for e in type(read).model_validate(later.instrument).effects
    ]


def test_an_update_that_changes_nothing_writes_nothing(later: Later) -> None:
    later.effect("withdraws", items=["1-01"])
    conn = later.open()
    before = conn.execute("SELECT * FROM delegation_periods").fetchall()
    with transaction(conn):
        assert update_periods(conn) == 0
        conn.execute("DELETE FROM effect")
        assert update_periods(conn) > 0
        assert conn.execute("SELECT count(*) FROM delegation_periods").fetchone()[0] == len(
            {row[1] for row in before}
        )
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def days(start: str, end: str) -> Iterator[str]:
    day, last = date.fromisoformat(start), date.fromisoformat(end)
    while day <= last:
        yield day.isoformat()
        day += timedelta(1)


def test_every_delegation_is_in_one_period_a_day(later: Later) -> None:
    later.effect("suspends", items=["1-01"], effective_on="2022-03-05")
    later.effect("amends", items=["annex:1"], remark="乙", effective_on="2022-03-07")
    later.effect("resumes", items=["all"], effective_on="2022-03-07")
    later.effect("withdraws", items=["1-01"], effective_on="2022-03-09")
    conn = later.open()
    for materialise in (False, True):
        for day in days("2022-03-01", "2022-03-12"):
            conn.execute("BEGIN")
            create_shadow_views(conn, day, materialise=materialise)
            counts = "SELECT count(*), count(DISTINCT delegation_no) FROM current_periods"
            assert conn.execute(counts).fetchone() == (18, 18)
            conn.execute("ROLLBACK")


def test_a_zone_that_joins_has_papers_of_its_own(later: Later) -> None:
    later.instrument["zones"] = [
        {"id": "south", "name": "南区管委会", "short_name": "南区", "clause": "一"}
    ]
    later.effect("extends-to", items=["annex:1"], to=["south"])
    later.root.ledger = {
        "deliverables": [later.root.deliverable(zone="南区", done_on="2022-04-10")],
        "agreements": [later.root.agreement(zone="south", signed_on="2022-04-05")],
    }
    conn = later.open()
    state = "SELECT duty, status FROM obligation_status WHERE delegation = '1-01-south'"
    assert dict(on(conn, "2022-04-10", state)) == {
        **{"agreement": "ok", "handbook": "ok"},
        **{"supervision-rules": "pending", "powers-list": "pending"},
    }
    bodies = {body.id for body in all_bodies(conn, 1)}
    assert "south" in bodies, "it gets a workbook"


def test_a_mode_that_nobody_states_is_refused(later: Later) -> None:
    later.effect("amends", items=["1-01"], mode="代办")
    with pytest.raises(EffectError, match="the mode 代办") as caught:
        later.open()
    assert caught.value.place == "later-1 effects[1].mode"


def test_a_zone_that_nobody_names_is_refused(later: Later) -> None:
    later.effect("extends-to", items=["1-01"], to=["south"])
    with pytest.raises(EffectError, match="no zone is called south"):
        later.open()


def test_what_an_effect_names_in_vain_is_told(later: Later) -> None:
    later.effect("withdraws", items=["1-01", "1-99"], delegates=["east", "nord"])
    later.effect("withdraws", target="nobody-1")
    later.open()
    notes = later.root.build(fresh=True).notes
    assert "later-1 effects[1]: test-1 has no 1-99, nord" in notes
    assert "later-1 effects[2]: the registry has no instrument nobody-1" in notes
