"""The decision table of the design, cell by cell, for both shipped instruments."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from registry.authority.answer import Question
from registry.authority.answering import Authority
from tests.authority import decision_table
from tests.authority.decision_table import DAY, FIRST, OFFICE, TABLE, Line, disagreements
from tests.authority.table_registry import ACTS


@pytest.mark.parametrize(
    "part",
    [
        decision_table.cells,
        decision_table.states,
        decision_table.handovers,
        decision_table.agreements_and_law,
        decision_table.chains,
        decision_table.scopes_and_statuses,
        decision_table.reasons,
    ],
)
def test_the_program_says_what_the_table_says(
    table: sqlite3.Connection, part: Callable[[], Iterator[Line]]
) -> None:
    assert [*disagreements(table, [*part()])] == []


def test_the_table_has_every_mode_and_every_rule_of_both_instruments(
    table: sqlite3.Connection,
) -> None:
    authority = Authority(table)
    asked = set()
    for zone, instrument, item, _row, _bears in TABLE:
        (number, type_) = table.execute(
            "SELECT i.no, i.power_type FROM item AS i"
            " JOIN instrument AS ins ON ins.no = i.instrument"
            " WHERE ins.id = ? AND (i.id = ? OR (i.annex = 2 AND i.power_type = ?))"
            " ORDER BY i.no LIMIT 1",
            (instrument, item, item),
        ).fetchone()
        period = authority.held_by(zone, number, DAY)[0].periods[0]
        asked |= {(instrument, period.mode, act, name) for act in ACTS for name in (type_, "")}
    rules = table.execute(
        "SELECT instrument, mode, act, power_type FROM act_rules WHERE instrument IN (?, ?)",
        (FIRST, OFFICE),
    ).fetchall()
    assert len(rules) == 59
    assert {*rules} <= asked


@pytest.mark.parametrize("approved_by", ["国务院", "省政府", "其他", None])
@pytest.mark.parametrize("authorised_by", ["某条例第九条", None])
def test_what_is_recorded_of_a_zone_says_who_answers_and_in_whose_name(
    table: sqlite3.Connection, approved_by: str | None, authorised_by: str | None
) -> None:
    table.execute(
        "UPDATE zone_status SET approved_by = ?, authorised_by = ?", (approved_by, authorised_by)
    )
    (item,) = table.execute(
        "SELECT i.no FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE ins.id = ? AND i.annex = 2 ORDER BY i.no LIMIT 1",
        (FIRST,),
    ).fetchone()
    answer = Authority(table).can(Question("hidz", item, "decide", DAY))
    zone = "聊城高新技术产业开发区管委会"
    assert (answer.respondent == zone) == (approved_by is not None)
    assert (answer.name_of == zone) == (authorised_by is not None)
    assert answer.answer == "yes"
