"""Sessions that commands end, guesses with another's browser, and floods at somebody's name."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.attacks.attacking import clean
from tests.internal.auth_client import HOUR, PASSWORD, AuthClient, add, user
from tests.running import Run, environment, run_in_process

pytestmark = pytest.mark.long

NEW = "another-horse-battery-7"


@pytest.fixture
def gate(tmp_path: Path, few_rounds: None) -> AuthClient:
    """Open a gate for wang and li."""
    add(tmp_path / "state", user(), user("li", None))
    return AuthClient(tmp_path / "state")


@pytest.mark.parametrize("how", ["passwd", "remove", "remove and add", "end", "restart"])
def test_commands_end_sessions_of_a_server_that_runs(
    gate: AuthClient, lived: Path, tmp_path: Path, how: str
) -> None:
    """What the office does by command ends the session at once, and for good."""

    def command(*words: str) -> None:
        given = f"{PASSWORD if how == 'remove and add' else NEW}\n".encode()
        done = run_in_process(
            ["user", *words, "--state", "state"], environment(), tmp_path, stdin=given
        )
        clean(Run(done.rc, done.stdout, done.stderr), 0)

    cookie = gate.sign_in().cookie
    assert gate.get("/", cookie=cookie).status == 200
    if how == "passwd":
        command("passwd", "wang", "--password-stdin")
    elif how == "end":
        command("sessions", "wang", "--end")
    elif how != "restart":
        command("remove", "wang")
    if how == "remove and add":
        command("add", "wang", "--role", "office", "--password-stdin")
    if how == "restart":
        gate.post("/-/sign-out", {}, cookie=cookie)
        gate.restart()
    for _ in range(2):
        ended = gate.get("/", cookie=cookie)
        assert ended.status in (302, 303, 401)
        assert "secret of" not in ended.text
        gate.restart()
    gate.middleware.close()


def test_idle_and_whole_time_of_a_session(gate: AuthClient) -> None:
    """Neither steady use nor restarts nor a clock set back keep a session beyond its hours."""
    cookie = gate.sign_in().cookie
    for _ in range(16):
        gate.clock.seconds += HOUR / 2 - 1
        assert gate.get("/", cookie=cookie).status == 200
        gate.restart()
    gate.clock.seconds += HOUR / 2
    assert gate.get("/", cookie=cookie).status != 200, "eight hours are over"
    again = gate.sign_in().cookie
    gate.clock.seconds += HOUR + 1
    gate.restart()
    assert gate.get("/", cookie=again).status != 200, "an hour without use"
    gate.middleware.close()


def test_clock_that_is_set_back(gate: AuthClient) -> None:
    """A session that was refused as too old does not come back when the clock is set back."""
    cookie = gate.sign_in().cookie
    gate.clock.seconds += HOUR + 1
    assert gate.get("/", cookie=cookie).status != 200
    gate.clock.seconds -= HOUR
    assert gate.get("/", cookie=cookie).status != 200, "it does not come back"
    gate.middleware.close()


def known(gate: AuthClient, name: str) -> str:
    """Sign in, and give all that the browser keeps afterwards."""
    answer = gate.sign_in(name)
    assert answer.status == 303
    found = [value.partition(";")[0] for key, value in answer.headers if key == "set-cookie"]
    return "; ".join(found)


def test_guessing_with_the_browser_of_another(gate: AuthClient) -> None:
    """li's browser gives no privilege at wang's name, and keeps wang's browser out of nothing."""
    own, other = known(gate, "wang"), known(gate, "li")
    gate.restart()  # addresses are forgotten
    tries = [gate.sign_in("wang", f"guess-{n:03}-xyz", cookie=other).status for n in range(40)]
    assert set(tries) <= {401, 429}
    assert tries.count(401) <= 16
    begun = time.monotonic()
    assert gate.sign_in("wang", cookie=own).status == 303
    assert time.monotonic() - begun < 5
    assert gate.sign_in("li", cookie=other).status == 303, "nor is li kept out"
    gate.middleware.close()


@pytest.mark.long
def test_flood_from_many_networks_with_odd_names(gate: AuthClient) -> None:
    """Sixty strangers at once at all spellings of a name keep the user's browser out of nothing."""
    own = known(gate, "wang")
    gate.restart()
    names = ["wang", "WANG", " wang ", "ｗａｎｇ", "wang\u200b", "wa\u0301ng", "wang\x00", "nobody"]

    async def flood() -> tuple[list[int], int, float]:
        def ask(name: str, password: str, address: str, **more: str):  # type: ignore[no-untyped-def]
            from urllib.parse import urlencode

            from tests.internal.auth_client import OURS, PAGE

            body = urlencode({"name": name, "password": password, "next": "/"}).encode()
            return gate.asking("POST", "/-/sign-in", {**OURS, **PAGE, **more}, body, (address, 1))

        tasks = [
            asyncio.create_task(ask(names[n % len(names)], f"guess-{n}-xyz", f"100.{n}.{n}.7"))
            for n in range(60)
        ]
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        mine = await ask("wang", PASSWORD, "203.0.113.5", cookie=own)
        waited = time.monotonic() - begun
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        return (
            [one.status for one in done if not isinstance(one, BaseException)],
            mine.status,
            waited,
        )

    statuses, status, waited = asyncio.run(flood())
    assert status == 303
    assert waited < 8
    assert all(one < 500 or one == 503 for one in Counter(statuses))
    gate.middleware.close()
