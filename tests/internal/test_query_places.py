"""Places for queries: few at a time, each user one, and who asked least goes first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from registry.internal.query_places import PLACES, QueryPlaces, TooManyQueries


class Slow:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 20))  # type: ignore[arg-type]


def test_so_many_run_at_a_time_and_of_a_user_one() -> None:
    places = QueryPlaces(time.monotonic, 3)
    running: list[str] = []
    most: list[tuple[int, int]] = []

    async def query(user: str) -> None:
        async with places.place(user):
            running.append(user)
            most.append((len(running), running.count(user)))
            await asyncio.sleep(0.01)
            running.remove(user)

    async def everybody() -> None:
        await asyncio.gather(*(query(user) for user in "abcde" * 6))

    run(everybody)
    assert len(most) == 30
    assert max(at_once for at_once, _own in most) == 3
    assert {own for _at_once, own in most} == {1}
    assert (places._free, places._waiting, places._own, places._asking) == (3, [], {}, {})


def test_who_has_used_least_goes_first() -> None:
    clock = Slow()
    places = QueryPlaces(clock, 1, 0)
    order: list[str] = []

    async def query(user: str, seconds: float = 0.0, held: asyncio.Event | None = None) -> None:
        async with places.place(user):
            order.append(user)
            clock.seconds += seconds
            if held:
                await held.wait()

    async def everybody() -> None:
        for user, seconds in (("much", 9.0), ("some", 3.0)):
            await query(user, seconds)
        held = asyncio.Event()
        tasks = [asyncio.create_task(query("first", 0.0, held))]
        await asyncio.sleep(0)
        for user in ("much", "much", "some", "new"):
            tasks.append(asyncio.create_task(query(user)))
            await asyncio.sleep(0.01)
        held.set()
        await asyncio.gather(*tasks)

    run(everybody)
    assert order == ["much", "some", "first", "new", "some", "much", "much"]


def test_a_place_is_kept_for_who_asks_little() -> None:
    clock = Slow()
    places = QueryPlaces(clock)
    began: list[str] = []

    async def query(user: str, held: asyncio.Event) -> None:
        async with places.place(user):
            began.append(user)
            await held.wait()

    async def has_begun(number: int) -> None:
        for _time in range(500):  # as long as a busy machine may take
            if len(began) >= number:
                break
            await asyncio.sleep(0.01)

    async def everybody() -> None:
        for user in "abcdef":
            places._note(user, 9.0)
        held = asyncio.Event()
        tasks = [asyncio.create_task(query(user, held)) for user in "abcdef"]
        await has_begun(3)
        assert began == ["a", "b", "c"]
        tasks.append(asyncio.create_task(query("little", held)))
        await has_begun(4)
        assert began == ["a", "b", "c", "little"], "who asks little waits for nobody"
        held.set()
        await asyncio.gather(*tasks)
        assert places._free == PLACES

    run(everybody)


def test_what_was_used_long_ago_is_forgotten() -> None:
    clock = Slow()
    places = QueryPlaces(clock)
    places._note("wang", 8.0)
    clock.seconds += 300
    assert places._share("wang") < 0.01


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.internal.query_places.MAX_WAIT", 0.05)
    places = QueryPlaces(time.monotonic, 1)

    async def everybody() -> None:
        async with places.place("one"):
            with pytest.raises(TooManyQueries):
                async with places.place("other"):
                    pytest.fail("there is no place")
        async with places.place("other"):
            pass
        assert places._free == 1

    run(everybody)


def test_a_flood_of_one_user_is_refused() -> None:
    places = QueryPlaces(time.monotonic, 1)

    async def everybody() -> None:
        held = asyncio.Event()

        async def query() -> None:
            async with places.place("one"):
                await held.wait()

        tasks = [asyncio.create_task(query()) for _n in range(200)]
        await asyncio.sleep(0.05)
        held.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        refused = [one for one in found if isinstance(one, TooManyQueries)]
        assert len(refused) == 140
        assert not [one for one in found if one and one not in refused]

    run(everybody)


def test_a_query_that_fails_gives_its_place_back() -> None:
    places = QueryPlaces(time.monotonic, 1)

    async def everybody() -> None:
        for _n in range(3):
            with pytest.raises(ZeroDivisionError):
                async with places.place("one"):
                    raise ZeroDivisionError
        assert places._free == 1

    run(everybody)
