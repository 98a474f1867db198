"""Signed cookies, and their end."""

from __future__ import annotations

import os
import stat
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.internal.accounts import Accounts
from registry.internal.errors import PrivateFileError
from registry.internal.passwords import hash_password
from registry.internal.private_files import write_private
from registry.internal.sessions import Sessions
from tests.internal.auth_client import HOUR, Clock, add, user


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
    kept.clock.seconds += 8 * HOUR - 1
    assert kept.lasts(value)
    kept.clock.seconds += 1
    assert not kept.lasts(value)


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
        session = kept.sessions.find(kept.begin())
        assert session is not None
        kept.sessions.end(session)
        kept.clock.seconds += 9 * HOUR
    assert (kept.folder / "revoked.json").read_text().count(":") == 1


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


def test_another_secret_s_is_refused(kept: Kept, tmp_path: Path) -> None:
    assert not kept.lasts(Kept(tmp_path / "other").begin())


@given(st.integers(0, 10**6), st.sampled_from(string.ascii_letters + string.digits + "-_."))
@settings(suppress_health_check=list(HealthCheck))
def test_an_altered_one_is_refused(kept: Kept, place: int, letter: str) -> None:
    value = kept.begin()
    place %= len(value) - 1  # the last letter of base64 holds bits that do not count
    if letter != value[place]:
        assert not kept.lasts(value[:place] + letter + value[place + 1 :])
    assert not kept.lasts(value[:place])


@given(text=st.text())
@settings(suppress_health_check=list(HealthCheck))
def test_what_is_none_is_refused(kept: Kept, text: str) -> None:
    assert not kept.lasts(text)


def test_the_secret_is_made_once_and_is_nobody_else_s(kept: Kept) -> None:
    path = kept.folder / "secret"
    secret = path.read_bytes()
    assert len(bytes.fromhex(secret.decode())) == 32
    kept.again()
    assert path.read_bytes() == secret
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o640)
        with pytest.raises(PrivateFileError, match=r"chmod 600 .*secret"):
            kept.again()


def test_a_short_secret_is_refused(kept: Kept) -> None:
    write_private(kept.folder / "secret", b"abc\n")
    with pytest.raises(PrivateFileError, match="no signing secret"):
        kept.again()


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": "b"}'])
def test_a_torn_file_of_ended_sessions_is_refused(kept: Kept, content: bytes) -> None:
    write_private(kept.folder / "revoked.json", content)
    with pytest.raises(PrivateFileError, match=r"revoked\.json"):
        kept.again()


def test_an_end_that_can_t_be_written_is_told(kept: Kept) -> None:
    value = kept.begin()
    session = kept.sessions.find(value)
    assert session is not None
    (kept.folder / "revoked.json").mkdir()
    kept.sessions.end(session)
    assert not kept.lasts(value)
    assert "revoked.json" in kept.told[0]
