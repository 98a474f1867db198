"""Sessions, and their end."""

from __future__ import annotations

import os
import sqlite3
import stat
import string
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.internal import private_database
from registry.internal.accounts import Accounts
from registry.internal.errors import PrivateFileError
from registry.internal.passwords import hash_password
from registry.internal.private_files import write_private
from registry.internal.sessions import MAX_SESSIONS, Sessions
from tests.internal.auth_client import HOUR, START, Clock, add, user


class Kept:
    """Sessions of a folder with one user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.told: list[str] = []
        add(folder, user())
        self.sessions = self.again()

    def again(self) -> Sessions:
        return Sessions(self.folder, Accounts(self.folder), self.clock, self.told.append)

    def begin(self) -> str:
        return self.sessions.begin(user())

    def lasts(self, value: str) -> bool:
        return self.sessions.find(value) is not None


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Open the sessions of a new folder."""
    return Kept(tmp_path / "state")


def test_a_session_says_who(kept: Kept) -> None:
    session = kept.sessions.find(kept.begin())
    assert session is not None
    assert session.user == user()


def test_it_ends_after_eight_hours(kept: Kept) -> None:
    value = kept.begin()
    for _n in range(15):
        kept.clock.seconds += HOUR / 2
        assert kept.lasts(value)
    kept.clock.seconds += HOUR / 2 - 1
    assert kept.lasts(value)
    kept.clock.seconds += 1
    assert not kept.lasts(value)


def test_it_ends_when_it_is_not_used(kept: Kept) -> None:
    value, idle = kept.begin(), kept.begin()
    kept.clock.seconds += HOUR - 1
    assert kept.lasts(value)
    kept.clock.seconds += 1
    assert kept.lasts(value)
    assert not kept.lasts(idle)
    assert [one.began for one in kept.sessions.of("wang")] == [START]


def test_its_use_is_noted_by_the_minute(kept: Kept) -> None:
    value = kept.begin()
    kept.clock.seconds += 59
    kept.lasts(value)
    assert kept.sessions.of("wang")[0].seen == START
    kept.clock.seconds += 2
    kept.lasts(value)
    assert kept.sessions.of("wang")[0].seen == START + 61


def test_the_cookie_stands_nowhere(kept: Kept) -> None:
    value = kept.begin()
    for file in kept.folder.iterdir():
        assert value.encode() not in file.read_bytes(), file


def test_a_list_ends_one_or_all_others(kept: Kept) -> None:
    add(kept.folder, user("li", None))
    values = [kept.sessions.begin(user(), f"10.0.0.{n}", "Firefox\n/1") for n in range(4)]
    other = kept.sessions.begin(user("li", None))
    found = kept.sessions.of("wang")
    assert [one.address for one in found] == ["10.0.0.3", "10.0.0.2", "10.0.0.1", "10.0.0.0"]
    assert found[0].agent == "Firefox /1"
    li = kept.sessions.find(other)
    assert li is not None
    assert kept.sessions.end_of("wang", no=li.no) == 0, "another user's"
    assert kept.sessions.end_of("wang", no=found[0].no) == 1
    assert [kept.lasts(value) for value in values] == [True, True, True, False]
    assert kept.sessions.end_of("wang", but=found[3]) == 2
    assert [kept.lasts(value) for value in values] == [True, False, False, False]
    assert kept.lasts(other)
    assert kept.sessions.end_of("wang") == 1


def test_of_very_many_the_oldest_ends(kept: Kept) -> None:
    values = [kept.begin() for _n in range(MAX_SESSIONS + 1)]
    assert [kept.lasts(value) for value in (values[0], values[1], values[-1])] == [
        False,
        True,
        True,
    ]


def test_a_user_may_be_changed_without_an_end(kept: Kept) -> None:
    """A hash of more rounds is of the same password."""
    value, other = kept.begin(), kept.begin()
    changed = user().model_copy(update={"password_hash": hash_password("another-one-9")})
    session = kept.sessions.find(value)
    kept.sessions.keep(user(), changed, only=session)
    add(kept.folder, changed)
    assert kept.lasts(value)
    assert not kept.lasts(other)


def test_what_ended_with_a_change_does_not_come_back(kept: Kept) -> None:
    value, mine = kept.begin(), kept.begin()
    session = kept.sessions.find(mine)
    changed = user(body=("department", "fgw"))
    add(kept.folder, changed)
    kept.sessions.end_of("wang", but=session)
    add(kept.folder, user())
    assert not kept.lasts(value)


def test_a_code_is_used_once(kept: Kept) -> None:
    assert kept.sessions.use_code("wang", 100)
    assert not kept.sessions.use_code("wang", 100)
    kept.sessions = kept.again()
    assert not kept.sessions.use_code("wang", 99), "an older one, after a restart"
    assert kept.sessions.use_code("wang", 101)
    assert kept.sessions.use_code("li", 100)


def test_it_is_not_of_tomorrow(kept: Kept) -> None:
    value = kept.begin()
    kept.clock.seconds -= 2 * HOUR
    assert not kept.lasts(value)


def test_signing_out_ends_it_over_a_restart(kept: Kept) -> None:
    value, other = kept.begin(), kept.begin()
    session = kept.sessions.find(value)
    assert session is not None
    kept.sessions.end(session)
    assert not kept.lasts(value)
    assert kept.lasts(other)
    kept.sessions = kept.again()
    assert not kept.lasts(value)
    assert kept.lasts(other)


def test_what_would_be_over_is_forgotten(kept: Kept) -> None:
    for _n in range(3):
        kept.begin()
        kept.clock.seconds += 9 * HOUR
    kept.begin()
    with closing(sqlite3.connect(kept.folder / "sessions.db")) as conn:
        assert conn.execute("SELECT count(*) FROM session").fetchone() == (1,)


def test_another_password_ends_it(kept: Kept) -> None:
    value = kept.begin()
    changed = {"password_hash": hash_password("another-one-9")}
    add(kept.folder, user().model_copy(update=changed))
    assert not kept.lasts(value)


def test_another_body_ends_it(kept: Kept) -> None:
    value = kept.begin()
    add(kept.folder, user(body=("department", "fgw")))
    assert not kept.lasts(value)


def test_a_removed_user_s_ends(kept: Kept) -> None:
    value = kept.begin()
    with Accounts(kept.folder).changing() as users:
        del users["wang"]
    assert not kept.lasts(value)


def test_another_folder_s_is_refused(kept: Kept, tmp_path: Path) -> None:
    assert not kept.lasts(Kept(tmp_path / "other").begin())


@given(st.integers(0, 10**6), st.sampled_from(string.ascii_letters + string.digits + "-_."))
@settings(suppress_health_check=list(HealthCheck))
def test_an_altered_one_is_refused(kept: Kept, place: int, letter: str) -> None:
    value = kept.begin()
    place %= len(value)
    if letter != value[place]:
        assert not kept.lasts(value[:place] + letter + value[place + 1 :])
    assert not kept.lasts(value[:place])


@given(text=st.text())
@settings(suppress_health_check=list(HealthCheck))
def test_what_is_none_is_refused(kept: Kept, text: str) -> None:
    assert not kept.lasts(text)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_file_is_nobody_else_s(kept: Kept) -> None:
    value, path = kept.begin(), kept.folder / "sessions.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(PrivateFileError, match=r"chmod 600 .*sessions\.db"):
        kept.sessions.find(value)


@pytest.mark.parametrize("content", [b"x" * 5_000, b"SQLite format 3\0" + b"x" * 5_000])
def test_a_torn_file_is_refused(kept: Kept, content: bytes) -> None:
    write_private(kept.folder / "sessions.db", content)
    with pytest.raises(PrivateFileError, match=r"sessions\.db"):
        kept.sessions.find("x")


def test_an_end_that_can_t_be_written_is_told(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    value = kept.begin()
    session = kept.sessions.find(value)
    assert session is not None
    with monkeypatch.context() as patch:
        patch.setattr(private_database, "_BUSY_SECONDS", 0.0)
        with closing(sqlite3.connect(kept.folder / "sessions.db", isolation_level=None)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            kept.sessions.end(session)
    assert not kept.lasts(value)
    assert "sessions.db" in kept.told[0]


def test_a_clock_that_was_wrong_keeps_nobody_out(kept: Kept) -> None:
    assert kept.sessions.use_code("wang", 10_000)
    assert not kept.sessions.use_code("wang", 9_990)
    assert kept.sessions.use_code("wang", 100)
