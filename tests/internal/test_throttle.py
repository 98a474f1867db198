"""Who has to wait before signing in again."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.internal import passwords
from registry.internal.passwords import (
    HASH_PATTERN,
    PasswordChecker,
    PasswordQueueFull,
    hash_password,
    is_outdated,
    password_matches,
)
from registry.internal.throttle import (
    ADDRESS_LIMIT,
    CODE_LIMIT,
    DEVICE_LIMIT,
    NAME_FREE_FAILURES,
    PAIR_LIMIT,
    Attempt,
    AttemptCounter,
    Limit,
    Throttle,
    network_of,
)
from tests.internal.auth_client import PASSWORD, Clock, hashed


@pytest.fixture
def clock() -> Clock:
    """Start a clock."""
    return Clock()


def tries(throttle: Throttle, name: str, address: str, device: str | None = None) -> int:
    """Begin an attempt; the seconds that it has to wait."""
    attempt = throttle.begin(name, address, device)
    return attempt if isinstance(attempt, int) else 0


def enters(throttle: Throttle, name: str, address: str, device: str | None = None) -> Attempt:
    """Sign in with the right password."""
    attempt = throttle.begin(name, address, device)
    assert isinstance(attempt, Attempt)
    throttle.succeed(attempt)
    return attempt


def test_twenty_wrong_ones_slow_the_next(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = [tries(throttle, "wang", "10.0.0.7") for _n in range(20)]
    assert waits == [0] * (PAIR_LIMIT.free_failures + 1) + [2] * (19 - PAIR_LIMIT.free_failures)


def test_twenty_names_from_one_address_slow_the_next(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(20):
        tries(throttle, f"u{number}", "10.0.0.7")
    assert tries(throttle, "other", "10.0.0.7") > 0
    assert tries(throttle, "other", "10.0.0.8") == 0


def test_one_name_from_many_addresses_is_never_refused_but_takes_turns(clock: Clock) -> None:
    throttle = Throttle(clock)
    takes = []
    for number in range(200):
        attempt = throttle.begin("wang", f"10.0.{number % 9}.{number}")
        assert isinstance(attempt, Attempt)
        takes.append(throttle.takes_turns(attempt))
    assert takes == [False] * NAME_FREE_FAILURES + [True] * (200 - NAME_FREE_FAILURES)
    other = throttle.begin("li", "10.0.0.7")
    assert isinstance(other, Attempt)
    assert not throttle.takes_turns(other)


def test_waits_grow_up_to_a_limit(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = []
    for _n in range(40):
        while wait := tries(throttle, "wang", "10.0.0.7"):
            waits.append(wait)
            clock.seconds += wait
    assert waits == sorted(waits)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == PAIR_LIMIT.max_wait


def test_after_the_wait_one_may_try_and_not_before(clock: Clock) -> None:
    throttle = Throttle(clock)
    while not (wait := tries(throttle, "wang", "10.0.0.7")):
        pass
    clock.seconds += wait - 1
    assert tries(throttle, "wang", "10.0.0.7") > 0
    clock.seconds += 1
    enters(throttle, "wang", "10.0.0.7")
    assert tries(throttle, "wang", "10.0.0.7") == 0


def test_strangers_do_not_hold_up_who_was_in_from_there_before(clock: Clock) -> None:
    throttle = Throttle(clock)
    enters(throttle, "wang", "10.0.0.7")
    for number in range(100):
        tries(throttle, "wang", f"10.1.0.{number}")
        tries(throttle, f"u{number}", "10.0.0.7")
    assert not throttle.takes_turns(enters(throttle, "wang", "10.0.0.7"))


def test_a_known_device_is_held_up_by_nobody_at_the_same_address(clock: Clock) -> None:
    """A whole office has one address, and somebody in it tries a colleague's password."""
    throttle = Throttle(clock)
    while not tries(throttle, "wang", "10.0.0.7"):
        pass
    assert tries(throttle, "wang", "10.0.0.7") > 0
    assert not throttle.takes_turns(enters(throttle, "wang", "10.0.0.7", "device"))
    assert tries(throttle, "wang", "10.99.0.1", "device") == 0


def test_a_known_device_is_no_way_around(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = [tries(throttle, "wang", "10.0.0.7", "device") for _n in range(100)]
    allowed = DEVICE_LIMIT.free_failures + 1 + PAIR_LIMIT.free_failures + 1
    assert waits.count(0) == allowed


def test_a_right_password_does_not_forgive_an_address(clock: Clock) -> None:
    """Who has an account can't try others' names between own sign-ins for ever."""
    throttle = Throttle(clock)
    tried = 0
    for number in range(100):
        attempt = throttle.begin("mine", "10.0.0.7")
        if isinstance(attempt, Attempt):
            throttle.succeed(attempt)
        tried += tries(throttle, f"u{number}", "10.0.0.7") == 0
    assert tried <= ADDRESS_LIMIT.free_failures + 1


def test_all_is_forgotten_after_an_hour(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(20):
        tries(throttle, "wang", "10.0.0.7")
        tries(throttle, "wang", f"10.0.1.{number}")
    clock.seconds += 3_601
    attempt = throttle.begin("wang", "10.0.9.9")
    assert isinstance(attempt, Attempt)
    assert not throttle.takes_turns(attempt)
    assert [tries(throttle, "wang", "10.0.0.7") for _n in range(6)] == [0] * 6


def test_little_is_remembered(clock: Clock) -> None:
    throttle = Throttle(clock, max_counters=100)
    for number in range(5_000):
        tries(throttle, f"u{number}", f"10.2.{number // 250}.{number % 250}")
        enters(throttle, f"v{number}", "10.0.0.7", f"d{number}")
    assert throttle.size <= 500


def test_what_was_taken_back_does_not_count(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(50):
        attempt = throttle.begin("wang", "10.0.0.7", "device" if number % 2 else None)
        assert isinstance(attempt, Attempt)
        throttle.cancel(attempt)
    assert throttle.size == 0


def test_attempts_of_another_kind_wait_too(clock: Clock) -> None:
    counter = AttemptCounter(clock, CODE_LIMIT)
    waits = [counter.begin("wang") for _n in range(8)]
    assert waits == [0] * 6 + [4, 4]
    assert counter.begin("li") == 0
    clock.seconds += 4
    assert counter.begin("wang") == 0
    counter.succeed("wang")
    counter.cancel("li")
    assert len(counter) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 100, "x" * 64),
    ],
)
def test_an_ipv6_network_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("limit", [PAIR_LIMIT, ADDRESS_LIMIT, DEVICE_LIMIT, CODE_LIMIT])
@given(failures=st.integers(0, 10**6))
def test_waits_are_within_limits(limit: Limit, failures: int) -> None:
    wait = limit.wait(failures)
    assert (wait == 0) == (failures <= limit.free_failures)
    assert 0 <= wait <= limit.max_wait


def test_the_password_and_no_other() -> None:
    assert password_matches(PASSWORD, hashed())
    assert not password_matches(PASSWORD + "x", hashed())
    assert not password_matches(PASSWORD, None)
    assert not password_matches("\ud800", hashed())
    assert password_matches("ｃｏｒｒｅｃｔ-horse-9", hashed()), "full-width letters"


def test_every_check_costs_as_many_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an unknown name, and of a user whose hash is of an older version."""
    monkeypatch.setattr(passwords, "ROUNDS", 20_000)
    newer = hash_password("whatever")
    rounds: list[int] = []
    real = hashlib.pbkdf2_hmac

    def counted(name: str, secret: bytes, salt: bytes, iterations: int) -> bytes:
        rounds.append(iterations)
        return real(name, secret, salt, iterations)

    monkeypatch.setattr(hashlib, "pbkdf2_hmac", counted)
    for known in (None, hashed(), newer):
        rounds.clear()
        password_matches("wrong", known)
        assert sum(rounds) == 20_000
    assert is_outdated(hashed())
    assert not is_outdated(newer)


def test_rounds_are_those_that_owasp_asks_for() -> None:
    source = Path(passwords.__file__).read_text(encoding="utf-8")
    assert "ROUNDS: Final = 600_000" in source


def test_hashes_of_the_plugin_of_before_are_read() -> None:
    """Made with datasette-auth-passwords 1.1.1."""
    known = (
        "pbkdf2_sha256$260000$5cd2a1a4b4f03d5e7b1c3cb7e7f2b1aa"
        "$lfbt9zy2a4S6DwLCd819fyQCaL/oIlKDAg+wykEhh38="
    )
    assert re.fullmatch(HASH_PATTERN, known)
    assert password_matches("correct-horse-9", known)


@pytest.fixture
def checker() -> Iterator[PasswordChecker]:
    """Start a checker that few may wait for."""
    made = PasswordChecker(threads=1, max_waiting=2)
    yield made
    made.close()


def test_a_flood_does_not_stop_the_loop_and_is_turned_away(checker: PasswordChecker) -> None:
    async def flood() -> tuple[list[object], float]:
        checks = [asyncio.create_task(checker.matches("x", hashed())) for _n in range(10)]
        await asyncio.sleep(0)
        longest = 0.0
        while not all(check.done() for check in checks):
            before = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - before)
        return await asyncio.gather(*checks, return_exceptions=True), longest

    results, longest = asyncio.run(flood())
    assert sum(isinstance(one, PasswordQueueFull) for one in results) == 7
    assert results.count(False) == 3
    # One check takes some tenths of a second; three one after the other would show here.
    assert longest < 1.0
