"""Strangers' attempts at one name take turns, and a crowd keeps itself out."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.internal.turns import Turns

INTERVAL = 0.02


async def taken(turns: Turns, name: str, network: str) -> float | None:
    """How long one waits for a turn; None for who is sent away."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    return loop.time() - began if await turns.take(name, network) else None


def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    async def run() -> list[float | None]:
        turns = Turns(INTERVAL)
        return await asyncio.gather(*(taken(turns, "wang", f"10.{n}.0.1") for n in range(5)))

    waits = asyncio.run(run())
    assert None not in waits
    for number, wait in enumerate(waits):
        assert wait is not None
        assert wait >= number * INTERVAL * 0.9


def test_names_do_not_wait_for_each_other() -> None:
    async def run() -> list[float | None]:
        turns = Turns(10.0)
        return await asyncio.gather(*(taken(turns, f"u{n}", "10.0.0.1") for n in range(50)))

    assert all(wait is not None and wait < 1 for wait in asyncio.run(run()))


@pytest.mark.parametrize(
    "crowd",
    [
        lambda n: f"100.1.1.{n % 250}",
        lambda n: f"100.1.{n % 250}.{n // 250}",
        lambda n: f"100.{n % 250}.{n // 250}.1",
        lambda n: f"2001:db8:{n:x}::/64",
    ],
)
def test_the_user_is_not_crowded_out(crowd: object) -> None:
    async def run() -> tuple[float | None, int]:
        turns = Turns(INTERVAL, max_waiting_for_name=10)
        assert callable(crowd)
        others = [asyncio.create_task(taken(turns, "wang", crowd(n))) for n in range(30)]
        await asyncio.sleep(0)
        mine = asyncio.create_task(taken(turns, "wang", "10.1.1.77"))
        await asyncio.sleep(0)
        others += [asyncio.create_task(taken(turns, "wang", crowd(n))) for n in range(30, 300)]
        sent_away = [wait for wait in await asyncio.gather(*others) if wait is None]
        mine_waited = await mine
        assert turns.waiting == 0
        return mine_waited, len(sent_away)

    wait, sent_away = asyncio.run(run())
    assert wait is not None
    assert wait < 1
    assert sent_away > 250


def test_names_together_have_room_too() -> None:
    async def run() -> tuple[float | None, int]:
        turns = Turns(INTERVAL, max_waiting=20)
        others = [
            asyncio.create_task(taken(turns, f"u{n % 30}", f"100.1.1.{n % 250}"))
            for n in range(200)
        ]
        await asyncio.sleep(0)
        assert turns.waiting <= 20
        mine = asyncio.create_task(taken(turns, "u1", "10.1.1.77"))
        done = await asyncio.gather(*others)
        return await mine, sum(wait is None for wait in done)

    wait, sent_away = asyncio.run(run())
    assert wait is not None
    assert sent_away > 100


def test_who_goes_away_leaves_no_gap() -> None:
    async def run() -> float | None:
        turns = Turns(INTERVAL)
        assert await turns.take("wang", "10.0.0.1")
        gone = [asyncio.create_task(turns.take("wang", "10.0.0.2")) for _n in range(5)]
        await asyncio.sleep(0)
        mine = asyncio.create_task(taken(turns, "wang", "10.0.0.3"))
        await asyncio.sleep(0)
        for one in gone:
            one.cancel()
        return await mine

    wait = asyncio.run(run())
    assert wait is not None
    assert wait < 5 * INTERVAL


def test_nothing_is_remembered_for_long() -> None:
    async def run() -> int:
        turns = Turns(0.0)
        for number in range(1_000):
            assert await turns.take(f"u{number}", "")
        return len(turns._lines)

    assert asyncio.run(run()) <= 2


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=60))
@settings(max_examples=30, deadline=None)
def test_everybody_gets_an_answer(tried: list[tuple[str, int]]) -> None:
    async def run() -> None:
        turns = Turns(0.0005, max_waiting_for_name=5, max_waiting=8)
        tasks = [
            asyncio.create_task(turns.take(name, f"10.0.{number}.1")) for name, number in tried
        ]
        answers = await asyncio.wait_for(asyncio.gather(*tasks), 10)
        assert set(answers) <= {True, False}
        assert turns.waiting == 0

    asyncio.run(run())
