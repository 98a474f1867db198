"""The calendar in the file, and how it keeps step with the folder."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES
from registry.store.build import build
from registry.store.calendar import refresh_calendar, stored_origin
from registry.store.connection import connect
from registry.workdays import Calendar, CalendarError, calendar_digest

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

YEAR_2027 = "year: 2027\nnotice: 示例〔2026〕1号\nholidays: [2027-01-01]\nworkdays: [2027-01-03]\n"


@pytest.fixture
def calendar(small_root: SmallRoot) -> Path:
    return small_root.path / "calendar"


@pytest.fixture
def conn(small_root: SmallRoot) -> sqlite3.Connection:
    return small_root.open()


def days(conn: sqlite3.Connection) -> int:
    count: int = conn.execute("SELECT count(*) FROM workday").fetchone()[0]
    return count


def test_every_day_as_the_calendar_has_it(conn: sqlite3.Connection, calendar: Path) -> None:
    expected = [
        (day.date.isoformat(), day.is_workday, day.ordinal, number, day.certainty)
        for number, day in enumerate(Calendar.load(calendar).days())
    ]
    assert conn.execute("SELECT * FROM workday ORDER BY date").fetchall() == expected


def test_notices_digest_and_origin(conn: sqlite3.Connection, calendar: Path) -> None:
    years = dict(conn.execute("SELECT year, notice FROM calendar_year").fetchall())
    assert (years[2021], years[2022], 2019 in years) == ("国办发明电〔2020〕27号", None, False)
    digest = conn.execute("SELECT value FROM meta WHERE key = 'calendar_digest'").fetchone()
    assert digest == (calendar_digest(calendar),)
    assert stored_origin(conn) == calendar.absolute()


def test_nothing_new_writes_nothing(small_root: SmallRoot, conn: sqlite3.Connection) -> None:
    before = (small_root.path.parent / "small.db").read_bytes()
    assert not refresh_calendar(conn, small_root.path / "calendar", carried=False)
    assert (small_root.path.parent / "small.db").read_bytes() == before


def test_a_year_that_was_added(conn: sqlite3.Connection, calendar: Path) -> None:
    before = days(conn)
    (calendar / "2027.yml").write_text(YEAR_2027, encoding="utf-8")
    assert refresh_calendar(conn, calendar, carried=False)
    assert days(conn) == before + 365
    new = "SELECT date, is_workday, certainty FROM workday WHERE date >= '2026-12-31' LIMIT 4"
    assert conn.execute(new).fetchall() == [
        ("2026-12-31", 1, "settled"),
        ("2027-01-01", 0, "settled"),
        ("2027-01-02", 0, "settled"),
        ("2027-01-03", 1, "settled"),
    ]
    notice = "SELECT notice FROM calendar_year WHERE year = 2027"
    assert conn.execute(notice).fetchone() == ("示例〔2026〕1号",)
    assert not refresh_calendar(conn, calendar, carried=False)


def test_a_year_that_was_taken_out_again(conn: sqlite3.Connection, calendar: Path) -> None:
    before = days(conn)
    (calendar / "2027.yml").write_text(YEAR_2027, encoding="utf-8")
    refresh_calendar(conn, calendar, carried=False)
    (calendar / "2027.yml").unlink()
    assert refresh_calendar(conn, calendar, carried=False)
    assert days(conn) == before
    assert conn.execute("SELECT 1 FROM calendar_year WHERE year = 2027").fetchone() is None


def test_a_changed_day_moves_due_dates(conn: sqlite3.Connection, calendar: Path) -> None:
    due = "SELECT DISTINCT due_on FROM obligations"
    assert conn.execute(due).fetchall() == [("2021-05-28",)]
    text = (calendar / "2021.yml").read_text(encoding="utf-8")
    (calendar / "2021.yml").write_text(f"{text}holidays: [2021-05-20]\n", encoding="utf-8")
    assert refresh_calendar(conn, calendar, carried=False)
    assert conn.execute(due).fetchall() == [("2021-05-31",)]


def test_a_bad_file_leaves_the_stored_calendar(conn: sqlite3.Connection, calendar: Path) -> None:
    before = days(conn)
    (calendar / "2027.yml").write_text("year: 2028\n", encoding="utf-8")
    with pytest.raises(CalendarError, match=r"2027\.yml"):
        refresh_calendar(conn, calendar, carried=False)
    assert days(conn) == before
    assert not conn.in_transaction


@pytest.fixture
def elsewhere(calendar: Path, tmp_path: Path) -> Path:
    """Give another folder that knows 2027 besides."""
    other = Path(shutil.copytree(calendar, tmp_path / "elsewhere"))
    (other / "2027.yml").write_text(YEAR_2027, encoding="utf-8")
    return other


@pytest.mark.parametrize("carried", [False, True])
def test_the_folder_it_was_built_from_goes_first(
    conn: sqlite3.Connection, calendar: Path, elsewhere: Path, carried: bool
) -> None:
    before = days(conn)
    assert not refresh_calendar(conn, elsewhere, carried=carried)
    assert (days(conn), stored_origin(conn)) == (before, calendar.absolute())


def test_once_that_folder_is_gone_another_takes_its_place(
    conn: sqlite3.Connection, calendar: Path, elsewhere: Path
) -> None:
    before = days(conn)
    shutil.rmtree(calendar)
    assert refresh_calendar(conn, elsewhere, carried=False)
    assert (days(conn), stored_origin(conn)) == (before + 365, elsewhere.absolute())


def test_the_carried_copy_never_displaces_a_folder(
    conn: sqlite3.Connection, calendar: Path, elsewhere: Path
) -> None:
    before = days(conn)
    shutil.rmtree(calendar)
    assert not refresh_calendar(conn, elsewhere, carried=True)
    assert (days(conn), stored_origin(conn)) == (before, calendar.absolute())


@pytest.fixture
def from_carried(small_root: SmallRoot, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Build from the carried copy, as it were."""
    path = tmp_path / "carried.db"
    root = open_data_root(small_root.path)
    now = datetime(2021, 6, 30)
    build(path, root, accepted=PROVENANCES, now=now, calendar_carried=True)
    conn = connect(path)
    yield conn
    conn.close()


@pytest.mark.parametrize("carried", [False, True])
def test_what_came_from_the_carried_copy_follows_folder_and_newer_copy(
    from_carried: sqlite3.Connection, elsewhere: Path, carried: bool
) -> None:
    assert stored_origin(from_carried) is None
    assert refresh_calendar(from_carried, elsewhere, carried=carried)
    assert from_carried.execute("SELECT max(date) FROM workday").fetchone() == ("2027-12-31",)
    assert stored_origin(from_carried) == (None if carried else elsewhere.absolute())
