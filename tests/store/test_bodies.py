"""Zones and departments as people name them, and where rows come from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.model.body_event import BodyEvent
from registry.store.bodies import (
    AmbiguousBodies,
    UnknownBody,
    ambiguous_ids,
    body_names,
    body_names_by_kind,
    find_department,
    find_zone,
    refuse_ambiguous_ids,
)
from registry.store.body_events import write_body_event
from registry.store.connection import connect, transaction
from registry.store.provenance import provenance_counts


@pytest.fixture
def conn(built: Path) -> Iterator[sqlite3.Connection]:
    conn = connect(built)
    yield conn
    conn.close()


@pytest.mark.parametrize("name", ["etdz", "聊城经济技术开发区管委会", "聊城经开区"])
def test_a_zone(conn: sqlite3.Connection, name: str) -> None:
    assert find_zone(conn, name) == "etdz"


@pytest.mark.parametrize("name", ["fgw", "聊城市发展和改革委员会", "市发展改革委", "市发改委"])
def test_a_department(conn: sqlite3.Connection, name: str) -> None:
    assert find_department(conn, name) == "fgw"


@pytest.mark.parametrize(("find", "kind"), [(find_zone, "zone"), (find_department, "department")])
def test_an_unknown_body_with_those_that_are_known(
    conn: sqlite3.Connection, find: object, kind: str
) -> None:
    with pytest.raises(UnknownBody, match=f"no {kind} is called 南区") as caught:
        find(conn, "南区")  # type: ignore[operator]
    known = {"zone": "聊城经开区 (etdz)", "department": "市发展改革委 (fgw)"}[kind]
    assert caught.value.remedy.startswith(f"Known are: {known}, ")


def test_names_departments_first(conn: sqlite3.Connection) -> None:
    names = body_names(conn)
    assert len(names) == 25
    assert next(iter(names.items())) == ("fgw", "市发展改革委")
    assert list(names)[-2:] == ["etdz", "hidz"]
    assert list(body_names(conn, "2021-06-30").items()) == list(names.items())


def test_names_of_a_day_are_those_of_the_day(built_copy: Path) -> None:
    renamed = {"what": "renamed", "from": "slj", "on": "2022-01-01"}
    with closing(connect(built_copy)) as conn:
        with transaction(conn):
            event = BodyEvent.model_validate({**renamed, "name": "某局", "short_name": "市新局"})
            write_body_event(conn, event, "文件", "official", "测试")
        for day, name in (("2021-12-31", "市水利局"), ("2022-01-01", "市新局")):
            assert body_names(conn, day)["slj"] == name
            assert body_names_by_kind(conn, day)["department", "slj"] == name


def test_no_id_of_the_shipped_bodies_stands_for_two(conn: sqlite3.Connection) -> None:
    assert ambiguous_ids(conn) == []
    refuse_ambiguous_ids(conn)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ("UPDATE department SET id = 'etdz' WHERE id = 'slj'", "etdz"),
        ("UPDATE zone SET id = 'slj' WHERE id = 'etdz'", "slj"),
        ("UPDATE department SET id = 'office' WHERE id = 'slj'", "office"),
        ("UPDATE zone SET id = 'public' WHERE id = 'etdz'", "public"),
    ],
)
def test_an_id_that_stands_for_two_is_told(built_copy: Path, change: str, ids: str) -> None:
    with closing(connect(built_copy)) as conn:
        conn.execute("DROP TRIGGER IF EXISTS department_keep")
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute(change)
        with pytest.raises(AmbiguousBodies, match=f"more than one body.*: {ids}"):
            refuse_ambiguous_ids(conn)


def test_provenance_of_every_table(conn: sqlite3.Connection) -> None:
    assert provenance_counts(conn) == {
        "instrument": {"official": 1},
        "item": {"reconstruction": 29 + 1794 + 24},
        "agreement": {"demonstration": 18},
        "deliverable": {"demonstration": 199},
        "guidance_request": {"demonstration": 12},
        "service_reduction": {"demonstration": 45},
    }
