"""A zone that joined an instrument later, through another's `extends-to`: REQ002 examines it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from registry.audit.engine import run_audit
from registry.audit.finding import Finding
from registry.audit.rule import load_rules, select_rules
from registry.audit.waivers import check_waivers
from registry.model.waiver import Waiver
from registry.store.connection import connect
from tests.conftest import SmallRoot
from tests.store.test_effects import FIRST_DUE, LATER_DUE, Later

SOUTH = {"id": "south", "name": "南区管委会", "short_name": "南区", "clause": "一"}
REQUEST = {"zone": "南区", "department": "市甲局", "kind": "业务培训", "raised_on": "2022-04-10"}


@pytest.fixture
def later(small_root: SmallRoot) -> Later:
    """A later instrument extends two items of the first to a third zone, one of them to both."""
    made = Later(small_root)
    made.instrument["zones"] = [SOUTH]
    made.effect("extends-to", items=["1-01"], to=["south", "west"])
    made.effect("extends-to", items=["1-03"], to=["south"], effective_on="2022-06-01")
    return made


def examined(conn: sqlite3.Connection, as_of: str) -> dict[str, Finding]:
    rules = select_rules(load_rules(), "REQ002", None)
    found = run_audit(conn, rules, as_of, everything=True).findings
    assert {f.instrument for f in found} <= {"test-1"}
    assert len(found) == len({f.subject_id for f in found})
    return {f.subject_id: f for f in found}


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2022-02-28", None),
        ("2022-03-01", "pending"),
        (LATER_DUE, "pending"),
        ("2022-04-14", "alarm"),
    ],
)
def test_it_is_examined_from_the_issue_on(later: Later, as_of: str, status: str | None) -> None:
    found = examined(later.open(), as_of)
    south = found.pop("south", None)
    assert (south and south.status) == status
    if south is not None:
        assert (south.due_on, south.owed_by) == (LATER_DUE, ("south",))
    assert {zone: (f.status, f.due_on) for zone, f in found.items()} == {
        **{"east": ("alarm", FIRST_DUE), "west": ("alarm", FIRST_DUE)}
    }


def test_its_request_mends_it(later: Later) -> None:
    later.root.ledger = {"guidance": [REQUEST]}
    conn = later.open()
    statuses = [examined(conn, day)["south"].status for day in ("2022-04-09", "2022-04-14")]
    assert statuses == ["pending", "ok"]


def test_a_waiver_may_name_it(later: Later) -> None:
    later.open()
    conn = connect(later.root.path.parent / "small.db")
    waivers = [
        Waiver.model_validate(
            {
                **{"rule": rule, "subject": subject, "instrument": "test-1", "reason": "r"},
                **{"approver": "a", "issued": "2022-03-01", "expires": "2023-03-01"},
            }
        )
        for rule, subject in (("REQ002", "south"), ("SUP003", "south/jia"))
    ]
    checked = check_waivers(conn, {"REQ002", "SUP003"}, waivers, Path("waivers.yml"))
    conn.close()
    assert [one.subject for one in checked] == ["south", "south/jia"]
