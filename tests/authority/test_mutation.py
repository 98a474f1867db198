"""One thing changed in the rules or in what decides: the decision table has to notice it."""

from __future__ import annotations

import sqlite3

import pytest

from tests.authority.decision_table import FIRST, OFFICE, Line, disagreements, lines
from tests.authority.mutations import branch_changes, cell_changes
from tests.conftest import sample

SAME = {
    # Where an agreement ends, or begins, on the very day, it is in force.
    ("agreed", "'a.to_on < day' another sign 0"),
    ("agreed", "'a.from_on > day' another sign 0"),
    # Of those that ended, each has a last day.
    ("agreed", "\"a.to_on or ''\" and <-> or"),
    # Without a period nothing is conferred, whatever its extent.
    ("within_scope", "'None' -> True"),
    ("within_scope", "'None' -> False"),
}
"""Changes that change nothing."""


def noticed(conn: sqlite3.Connection, asked: list[Line]) -> bool:
    """Whether a line of the decision table is contradicted, or can't be answered any more."""
    try:
        return next(disagreements(conn, asked), None) is not None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return True


def test_every_cell_of_the_rules_is_held(table: sqlite3.Connection) -> None:
    asked = [*lines()]
    changes = [*cell_changes(table, (FIRST, OFFICE))]
    assert len(changes) > 400
    missed = []
    for change in sample(changes, 12):
        with change.made(table):
            if not noticed(table, asked):
                missed.append(change)
    assert missed == []
    assert not noticed(table, asked)


@pytest.mark.long
def test_every_branch_that_decides_is_held(table: sqlite3.Connection) -> None:
    asked = [*lines()]
    changes = [*branch_changes()]
    assert len(changes) > 150
    missed = []
    for change in changes:
        with change.made():
            if not noticed(table, asked):
                missed.append((change.function, change.where))
    assert {*missed} == SAME
    assert not noticed(table, asked)
