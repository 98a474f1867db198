"""Papers of zones that came to hold something after the papers were in the ledger."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from registry.model.body_event import BodyEvent
from registry.model.ledger import DeliverableRow
from registry.store.body_events import record_body_event
from registry.store.ledger.recording import Change, record
from registry.store.ledger.workbooks import ledger_books

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

WHO = Change("2021-06-02T09:00:00", "张三", "record")


def merge(conn: sqlite3.Connection) -> None:
    """Merge the eastern zone into the western on 2021-06-01."""
    event = {"what": "merged", "from": "east", "to": "west", "on": "2021-06-01"}
    record_body_event(conn, BodyEvent.model_validate(event), "测试〔2021〕9号", WHO)


def met(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Give what is met of the powers list, and on which day."""
    return conn.execute(
        "SELECT delegation, met_on FROM obligation_status"
        " WHERE duty = 'powers-list' AND met_on IS NOT NULL ORDER BY 1"
    ).fetchall()


@pytest.mark.parametrize(
    ("done_on", "counts_on"), [("2021-05-20", "2021-06-01"), ("2021-06-10", "2021-06-10")]
)
@pytest.mark.parametrize("covers", ["annex:2", "2-01;2-02;2-03"])
def test_a_successor_s_paper_counts_from_the_day_on_which_it_took_over(
    small_root: SmallRoot, done_on: str, counts_on: str, covers: str
) -> None:
    small_root.ledger["deliverables"] = [
        small_root.deliverable("powers-list", zone="west", covers=covers, done_on=done_on)
    ]
    conn = small_root.open()
    merge(conn)
    items = ("2-01", "2-02", "2-03")
    assert met(conn) == [
        (f"{item}-{zone}", done_on if zone == "west" else counts_on)
        for item in items
        for zone in ("east", "west")
    ]


def test_a_voided_paper_counts_for_nothing_that_is_taken_over(small_root: SmallRoot) -> None:
    paper = small_root.deliverable("powers-list", zone="west", covers="annex:2")
    small_root.ledger["deliverables"] = [
        {**paper, "voided_on": "2021-05-30", "voided_why": "登记错误"}
    ]
    conn = small_root.open()
    merge(conn)
    assert met(conn) == []


def test_what_is_recorded_after_the_merger_counts_as_what_was_before(small_root: SmallRoot) -> None:
    conn = small_root.open()
    merge(conn)
    row = DeliverableRow.model_validate(
        small_root.deliverable("powers-list", zone="west", covers="2-01")
        | {"provenance": "official", "source": "测试"}
    )
    record(conn, row, WHO)
    assert met(conn) == [("2-01-east", "2021-06-01"), ("2-01-west", "2021-05-20")]


def test_a_department_that_others_took_over_from_has_no_workbook(small_root: SmallRoot) -> None:
    conn = small_root.open()
    event = {"what": "merged", "from": "jia", "to": "yi", "on": "2021-06-01"}
    record_body_event(conn, BodyEvent.model_validate(event), "测试〔2021〕9号", WHO)
    before, after = (
        {book.body.id: book for book in ledger_books(conn, day)}
        for day in ("2021-05-31", "2021-06-01")
    )
    assert before.keys() - after.keys() == {"jia"}
    listed = {day: len(books["yi"].sheets[0].rows) for day, books in enumerate((before, after))}
    assert listed[1] > listed[0], "what it held is in the other's"
