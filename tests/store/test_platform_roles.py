"""Roles of the platform, periods that the law sets, and acts from which duties are counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from registry.intake.law import read_laws
from registry.intake.roles import read_roles
from registry.intake.textfile import examine
from registry.model.platform_roles import PlatformRoles
from registry.store.connection import connect
from registry.store.laws import stored_laws, write_laws
from registry.store.platform_roles import stored_platform_roles, write_platform_roles
from registry.store.stored_instrument import stored_instruments
from tests.conftest import DATA

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


def limits(conn: sqlite3.Connection) -> list[tuple[object, ...]]:
    return conn.execute("SELECT * FROM legal_limit ORDER BY power_type").fetchall()


def test_the_build_writes_what_the_shipped_files_state(built: Path) -> None:
    with closing(connect(built)) as conn:
        assert stored_platform_roles(conn) == read_roles(examine(DATA / "roles.yml"))
        assert stored_laws(conn) == read_laws(examine(DATA / "law.yml"))
        assert [tuple(row) for row in limits(conn)] == [
            ("行政处罚", "L18", 90, "calendar", 0),
            ("行政许可", "L8", 20, "working", 10),
        ]


def test_a_root_without_roles_has_none(small_root: SmallRoot) -> None:
    conn = small_root.open()
    assert stored_platform_roles(conn) == PlatformRoles()


def test_what_is_written_anew_takes_the_place_of_what_was(small_root: SmallRoot) -> None:
    conn = small_root.open()
    write_platform_roles(conn, read_roles(examine(DATA / "roles.yml")))
    one = PlatformRoles.model_validate({"roles": {"综合岗": ["accept", "receive"]}})
    write_platform_roles(conn, one)
    assert stored_platform_roles(conn) == one


def test_a_law_that_sets_no_period_any_more_has_none(small_root: SmallRoot) -> None:
    conn = small_root.open()
    laws = stored_laws(conn)
    laws["L8"].limit = None
    write_laws(conn, laws)
    assert [row[1] for row in limits(conn)] == ["L18"]
    assert stored_laws(conn) == laws


def test_the_act_from_whose_end_a_duty_counts_is_kept(small_root: SmallRoot) -> None:
    small_root.instrument["duties"][1] |= {
        **{"counted_from": "case", "event": {"zh": "批复", "en": "approval"}},
        "event_act": "decide",
    }
    conn = small_root.open()
    (stored,) = stored_instruments(conn)
    assert [duty.event_act for duty in stored.duties if duty.event] == ["decide"]
    assert {duty.event_act for duty in stored.duties if not duty.event} == {None}
