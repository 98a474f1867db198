"""The views: counts of the shipped data, the same answers on another day, and the whole API."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.store.connection import connect
from registry.store.views import create_shadow_views, create_views, view_texts
from registry.store.views.laid_down import STATE_VIEW
from tests.conftest import DUE, sample

ON_ISSUE = "2021-04-15"


@pytest.fixture
def conn(built: Path) -> Iterator[sqlite3.Connection]:
    conn = connect(built)
    yield conn
    conn.close()


@pytest.mark.parametrize("name", list(view_texts()))
def test_every_view_can_be_selected_and_says_what_it_is(
    conn: sqlite3.Connection, name: str
) -> None:
    columns = [c[0] for c in conn.execute(f"SELECT * FROM {name} LIMIT 5").description]
    assert len(columns) == len(set(columns)) >= 3
    assert view_texts()[name].startswith(f"/* {name}: ")


def test_obligations_per_duty(conn: sqlite3.Connection) -> None:
    found = conn.execute(
        "SELECT duty, count(*), min(due_on), max(due_on) FROM obligations GROUP BY 1"
    )
    expected = {
        **dict.fromkeys(["agreement", "seal", "supervision-rules"], 28),
        "platform-access": 30,
        **dict.fromkeys(["portal-notice", "public-notice", "handbook", "system-update"], 58),
        "service-guide": 58,
        "powers-list": 3646,
        **dict.fromkeys(["powers-list-removal", "system-removal"], 48),
    }
    assert {duty: (n, *due) for duty, n, *due in found} == {
        duty: (n, DUE, DUE) for duty, n in expected.items()
    }


def test_delegations(conn: sqlite3.Connection) -> None:
    found = conn.execute(
        "SELECT annex, count(*), sum(conferred), min(valid_from), min(valid_to) FROM delegations"
        " GROUP BY annex"
    ).fetchall()
    assert found == [
        (1, 58, 58, "2021-04-15", None),
        (2, 3588, 3588, "2021-04-15", None),
        (3, 48, 0, None, "2021-04-15"),
    ]
    assert conn.execute("SELECT count(DISTINCT id) FROM delegations").fetchone() == (3694,)


def test_annexes_against_the_totals(conn: sqlite3.Connection) -> None:
    columns = "annex, counted, control_total, items, unofficial"
    assert conn.execute(f"SELECT {columns} FROM annexes").fetchall() == [
        (1, 29, 29, 29, 29),
        (2, 1794, 1794, 1794, 1794),
        (3, 24, None, 24, 24),
    ]


def statuses(conn: sqlite3.Connection, view: str = "obligation_status") -> dict[str, int]:
    return dict(conn.execute(f"SELECT status, count(*) FROM {view} GROUP BY 1").fetchall())


def test_pending_up_to_and_on_the_due_date_an_alarm_after(conn: sqlite3.Connection) -> None:
    create_shadow_views(conn, DUE)
    on_the_day = statuses(conn)
    assert set(on_the_day) == {"ok", "pending"}
    conn.execute("UPDATE temp.as_of SET date = '2021-05-29'")
    assert statuses(conn) == {"ok": on_the_day["ok"], "alarm": on_the_day["pending"]}


def test_the_bodies_of_obligations_are_those_that_the_duty_names(conn: sqlite3.Connection) -> None:
    create_shadow_views(conn, ON_ISSUE, materialise=True)
    rows = "SELECT body FROM obligation_bodies WHERE delegation = '1-08-etdz' AND duty = ?"
    assert conn.execute(f"{rows} ORDER BY body", ("agreement",)).fetchall() == [("etdz",), ("slj",)]
    assert conn.execute(rows, ("seal",)).fetchall() == [("slj",)]
    kinds = dict(conn.execute("SELECT id, owed_by FROM duty").fetchall())
    departments: dict[str, list[str]] = {}
    for item, department in conn.execute(
        "SELECT i.id, d.department FROM item_departments AS d JOIN item AS i ON i.no = d.item_no"
    ):
        departments.setdefault(item, []).append(department)
    expected = [
        (delegation, duty, body)
        for delegation, item, zone, duty in conn.execute(
            "SELECT delegation, item, zone, duty FROM obligation_status"
        )
        for kind in kinds[duty].split(";")
        for body in ([zone] if kind == "zone" else departments[item])
    ]
    found = conn.execute("SELECT delegation, duty, body FROM obligation_bodies").fetchall()
    assert sorted(found) == sorted(expected)


def test_what_no_department_is_known_for_is_owed_by_the_office(built_copy: Path) -> None:
    conn = connect(built_copy)
    conn.execute("DELETE FROM item_department")
    bodies = conn.execute("SELECT DISTINCT body FROM obligation_bodies WHERE kind = 'department'")
    assert bodies.fetchall() == [("office",)]
    conn.close()


@pytest.mark.parametrize("materialise", [False, True])
def test_a_shadow_answers_for_its_day_and_writes_nothing(
    conn: sqlite3.Connection, built: Path, materialise: bool
) -> None:
    before, stored = built.read_bytes(), statuses(conn)
    assert set(stored) == {"ok", "alarm"}
    conn.execute("BEGIN")
    create_shadow_views(conn, ON_ISSUE, materialise=materialise)
    assert set(statuses(conn)) == {"ok", "pending"}
    assert sum(statuses(conn).values()) == sum(stored.values())
    agreed = "SELECT DISTINCT agreement_status FROM {}delegations ORDER BY 1"
    assert conn.execute(agreed.format("")).fetchall() == [("不适用",), ("未签订",)]
    assert len(conn.execute(agreed.format("main.")).fetchall()) > 2
    assert statuses(conn, "main.obligation_status") == stored
    conn.execute("ROLLBACK")
    assert statuses(conn) == stored
    assert built.read_bytes() == before
    assert [p.name for p in built.parent.iterdir()] == [built.name]


@pytest.mark.parametrize("day", sample(["2021-05-10", "2021-12-31", "2024-06-01"], 1))
def test_a_materialised_shadow_and_a_file_of_that_day_agree(built_copy: Path, day: str) -> None:
    file = connect(built_copy)
    file.execute("UPDATE as_of SET date = ?", (day,))
    twin = connect(built_copy)
    create_shadow_views(twin, day, materialise=True)
    for view in view_texts():
        order = "ORDER BY 1, 2, 3"
        rows = f"SELECT * FROM {view} {order}"
        assert twin.execute(rows).fetchall() == file.execute(rows).fetchall(), view
    assert twin.execute(
        f"SELECT type FROM sqlite_temp_master WHERE name = '{STATE_VIEW}'"
    ).fetchone()
    file.close()
    twin.close()


def test_views_are_made_anew_from_their_texts(built_copy: Path) -> None:
    conn = connect(built_copy)
    everything = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'view' AND name <> 'log_open'"
        " ORDER BY name"  # log_open is the log's own: changes are opened by it
    )
    before = conn.execute(everything).fetchall()
    assert [name for name, _ in before] == sorted(view_texts())
    conn.execute("DROP VIEW findings")
    conn.execute("BEGIN")
    create_views(conn)
    conn.execute("COMMIT")
    assert conn.execute(everything).fetchall() == before
    conn.close()
