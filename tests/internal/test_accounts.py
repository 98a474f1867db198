"""The file of users."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.internal.accounts import Accounts, normalised_name
from registry.internal.audience import OFFICE, Audience
from registry.internal.errors import InvalidUserName, PrivateFileError
from registry.internal.log_verification import LogVerification, verify_access_log
from registry.internal.private_files import locked, read_private, write_private
from tests.internal.auth_client import add, hashed, user

posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


def entries(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "users.json").read_bytes())["users"]
    return found


def write(folder: Path, content: object) -> None:
    write_private(folder / "users.json", json.dumps(content).encode())


def test_nobody_before_there_is_a_file(tmp_path: Path) -> None:
    assert Accounts(tmp_path / "new" / "state").users() == {}


@posix
def test_folder_and_file_are_nobody_else_s(tmp_path: Path) -> None:
    add(tmp_path / "state", user())
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    for path in (tmp_path / "state").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_users_have_the_audience_of_their_role(tmp_path: Path) -> None:
    add(tmp_path, user(), user("li", None), user("etdz", ("zone", "etdz")))
    users = Accounts(tmp_path).users()
    assert [one.audience for one in users.values()] == [
        Audience("department", "slj"),
        OFFICE,
        Audience("zone", "etdz"),
    ]


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    running = Accounts(tmp_path)
    add(tmp_path, user())
    assert set(running.users()) == {"wang"}
    with Accounts(tmp_path).changing() as users:
        del users["wang"]
    assert running.users() == {}
    add(tmp_path, user("li"))
    assert running.get("li") is not None
    (tmp_path / "users.json").unlink()
    assert running.users() == {}


def test_full_width_letters_name_the_same_user(tmp_path: Path) -> None:
    add(tmp_path, user())
    assert Accounts(tmp_path).get("ｗａｎｇ ") is not None
    assert Accounts(tmp_path).get("Wang") is None
    assert Accounts(tmp_path).get("a b") is None


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_read_is_refused(tmp_path: Path, mode: int) -> None:
    running = Accounts(tmp_path)
    add(tmp_path, user())
    assert running.users()
    (tmp_path / "users.json").chmod(mode)
    with pytest.raises(PrivateFileError, match=r"chmod 600 .*users\.json"):
        Accounts(tmp_path).users()
    with pytest.raises(PrivateFileError):
        running.users()
    with pytest.raises(PrivateFileError):  # again: the old users are not taken the second time
        running.users()


@posix
def test_a_folder_that_others_write_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o770)
    with pytest.raises(PrivateFileError, match="chmod 700"):
        Accounts(tmp_path / "state")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "admin"}, "wang: role"),
        ({"role": "office"}, "the office has none"),
        ({"body": None}, "a viewer has a body"),
        ({"body": {"kind": "city", "id": "x"}}, "body.kind"),
        ({"body": {"kind": "zone", "id": ""}}, "body.id"),
        ({"password_hash": "secret"}, "password_hash"),
        ({"password_hash": "pbkdf2_sha256$1$aa$AAAA="}, "password_hash"),
        ({"changed_at": "2026-01-01T00:00:00"}, "changed_at"),
        ({"more": 1}, "more"),
        ({"name": "a b"}, "a b"),
        ({"name": "ｗ"}, "registry user add"),
        ({"name": 7}, "7: name"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    add(tmp_path, user())
    write(tmp_path, {"version": 1, "users": [{**entries(tmp_path)[0], **changes}]})
    with pytest.raises(PrivateFileError) as caught:
        Accounts(tmp_path).users()
    text = str(caught.value)
    assert "users.json" in text
    assert said in text
    assert "pbkdf2" not in text.replace("pattern '^pbkdf2", "")
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "content", [[], {}, {"version": 2, "users": []}, {"version": 1, "users": {}}, "x"]
)
def test_what_is_no_file_of_users_is_refused(tmp_path: Path, content: object) -> None:
    write(tmp_path, content)
    with pytest.raises(PrivateFileError, match=r"users\.json is no file of users"):
        Accounts(tmp_path).users()


def test_a_torn_file_is_refused(tmp_path: Path) -> None:
    running = Accounts(tmp_path)
    add(tmp_path, user())
    content = (tmp_path / "users.json").read_bytes()
    write_private(tmp_path / "users.json", content[:-20])
    with pytest.raises(PrivateFileError, match="is no file of users"):
        running.users()
    write_private(tmp_path / "users.json", content)
    assert set(running.users()) == {"wang"}


def test_a_user_twice_is_refused(tmp_path: Path) -> None:
    add(tmp_path, user())
    write(tmp_path, {"version": 1, "users": entries(tmp_path) * 2})
    with pytest.raises(PrivateFileError, match="wang twice"):
        Accounts(tmp_path).users()


def test_nothing_is_lost_when_many_change_at_once(tmp_path: Path) -> None:
    names = [f"u{number}" for number in range(24)]
    threads = [threading.Thread(target=add, args=(tmp_path, user(name))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Accounts(tmp_path).users()) == set(names)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"users.json", "access.log"}
    assert verify_access_log(tmp_path) == LogVerification(24, 1)


def test_what_is_done_to_users_is_logged(tmp_path: Path) -> None:
    add(tmp_path, user("wang"), user("li", None))
    with Accounts(tmp_path).changing() as users:
        users["wang"] = users["wang"].model_copy(
            update={"password_hash": hashed("another-word-9"), "changed_at": users["li"].changed_at}
        )
        del users["li"]
    with Accounts(tmp_path).changing():
        pass  # nothing
    text = (tmp_path / "access.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["user"], line["done"]) for line in lines] == [
        ("wang", "added"),
        ("li", "added"),
        ("wang", "changed password_hash"),
        ("li", "removed"),
    ]
    assert {line["event"] for line in lines} == {"user"}
    assert all(line["by"] for line in lines)
    assert hashed() not in text


def test_a_change_that_can_t_be_logged_is_not_made(tmp_path: Path) -> None:
    add(tmp_path, user("wang"))
    before = (tmp_path / "users.json").read_bytes()
    (tmp_path / "access.log").unlink()
    (tmp_path / "access.log").mkdir()
    with pytest.raises(PrivateFileError, match="no user is changed"):
        add(tmp_path, user("li"))
    assert (tmp_path / "users.json").read_bytes() == before


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "users.json"),
        pytest.raises(PrivateFileError, match="another command"),
        locked(tmp_path / "users.json", timeout=0.1),
    ):
        pass


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    add(tmp_path, user())

    def change() -> None:
        with Accounts(tmp_path).changing() as users:
            users.clear()
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        change()
    assert set(Accounts(tmp_path).users()) == {"wang"}


def test_a_folder_in_a_file_s_place_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "users.json").mkdir()
    with pytest.raises(PrivateFileError, match=r"users\.json"):
        Accounts(tmp_path).users()
    assert read_private(tmp_path / "nothing") is None


@given(st.text())
def test_a_name_is_plain_or_refused(name: str) -> None:
    try:
        plain = normalised_name(name)
    except InvalidUserName:
        return
    assert normalised_name(plain) == plain
    assert plain.isprintable()
    assert not any(letter.isspace() for letter in plain)
