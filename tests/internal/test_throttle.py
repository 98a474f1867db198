"""Who has to wait before signing in again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.internal import passwords
from registry.internal.passwords import (
    PasswordChecker,
    PasswordQueueFull,
    hash_password,
    password_matches,
    validate_new_password,
)
from registry.internal.throttle import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    PAIR_LIMIT,
    Limit,
    Throttle,
    network_of,
)
from tests.internal.auth_client import PASSWORD, Clock, hashed


@pytest.fixture
def clock() -> Clock:
    """Start a clock."""
    return Clock()


def test_twenty_wrong_ones_slow_the_next(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = [throttle.begin("wang", "10.0.0.7") for _n in range(20)]
    assert waits == [0] * (PAIR_LIMIT.free_failures + 1) + [2] * (19 - PAIR_LIMIT.free_failures)
    assert throttle.begin("wang", "10.0.0.7") > 0


def test_twenty_names_from_one_address_slow_the_next(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(20):
        throttle.begin(f"u{number}", "10.0.0.7")
    assert throttle.begin("other", "10.0.0.7") > 0
    assert throttle.begin("other", "10.0.0.8") == 0


def test_one_name_from_twenty_addresses_slows_the_next(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(20):
        throttle.begin("wang", f"10.0.1.{number}")
    assert throttle.begin("wang", "10.0.0.7") > 0
    assert throttle.begin("li", "10.0.0.7") == 0


def test_waits_grow_up_to_a_limit(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = []
    for _n in range(40):
        while wait := throttle.begin("wang", "10.0.0.7"):
            waits.append(wait)
            clock.seconds += wait
    assert waits == sorted(waits)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == PAIR_LIMIT.max_wait


def test_after_the_wait_one_may_try_and_not_before(clock: Clock) -> None:
    throttle = Throttle(clock)
    while not (wait := throttle.begin("wang", "10.0.0.7")):
        pass
    clock.seconds += wait - 1
    assert throttle.begin("wang", "10.0.0.7") > 0
    clock.seconds += 1
    assert throttle.begin("wang", "10.0.0.7") == 0
    throttle.succeed("wang", "10.0.0.7")
    assert throttle.begin("wang", "10.0.0.7") == 0


def test_strangers_do_not_keep_out_who_was_in_before(clock: Clock) -> None:
    throttle = Throttle(clock)
    throttle.begin("wang", "10.0.0.7")
    throttle.succeed("wang", "10.0.0.7")
    for number in range(100):
        throttle.begin("wang", f"10.1.0.{number}")
    assert throttle.begin("wang", "10.9.0.1") > 0
    assert throttle.begin("wang", "10.0.0.7") == 0


def test_a_right_password_does_not_forgive_an_address(clock: Clock) -> None:
    """Who has an account can't try others' names between own sign-ins for ever."""
    throttle = Throttle(clock)
    tried = 0
    for number in range(100):
        if throttle.begin("mine", "10.0.0.7") == 0:
            throttle.succeed("mine", "10.0.0.7")
        tried += throttle.begin(f"u{number}", "10.0.0.7") == 0
    assert tried <= ADDRESS_LIMIT.free_failures + 1


def test_all_is_forgotten_after_an_hour(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _n in range(20):
        throttle.begin("wang", "10.0.0.7")
    clock.seconds += 3_601
    assert [throttle.begin("wang", "10.0.0.7") for _n in range(PAIR_LIMIT.free_failures + 1)] == [
        0
    ] * 6


def test_little_is_remembered(clock: Clock) -> None:
    throttle = Throttle(clock, max_counters=100)
    for number in range(5_000):
        throttle.begin(f"u{number}", f"10.2.{number // 250}.{number % 250}")
        throttle.succeed(f"v{number}", "10.0.0.7")
    assert throttle.size <= 400


def test_what_was_taken_back_does_not_count(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _n in range(50):
        assert throttle.begin("wang", "10.0.0.7") == 0
        throttle.cancel("wang", "10.0.0.7")
    assert throttle.size == 0


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


@pytest.mark.parametrize("limit", [PAIR_LIMIT, ADDRESS_LIMIT, NAME_LIMIT])
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


def test_an_unknown_name_costs_as_many_rounds_as_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert passwords._DUMMY_HASH.split("$")[:2] == hash_password("whatever").split("$")[:2]
    import datasette_auth_passwords.utils as utils

    known = hash_password("whatever")
    rounds = []
    real = utils.hash_password

    def counted(password: str, salt: str | None = None, iterations: int = 480_000) -> str:
        rounds.append(iterations)
        return str(real(password, salt, iterations))

    monkeypatch.setattr(utils, "hash_password", counted)
    password_matches("wrong", None)
    password_matches("wrong", known)
    assert rounds[0] == rounds[1]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "too short"),
        ("123456789", "too short"),
        ("          ", "too short"),
        ("administrator", "must not be the user's name"),
        ("Administrator", "must not be the user's name"),
    ],
)
def test_passwords_that_may_not_be_chosen(password: str, said: str) -> None:
    with pytest.raises(RegistryError, match=said):
        validate_new_password("administrator", password)
    validate_new_password("administrator", "administrator1")


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
