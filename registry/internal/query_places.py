"""Who may run a query just now: few at a time, each user one, and who asked least goes first.

One place is kept for those whose queries have not taken long lately: they wait for nobody else's,
however many others ask, and whatever.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

PLACES: Final = 4
"""Queries that run at the same time, each in a process of its own."""

KEPT: Final = 1
"""Places of these that are kept for users of little SQL."""

LITTLE: Final = 1.0
"""Seconds that such a user's queries took lately."""

MAX_WAIT: Final = 3.0
"""Seconds that somebody waits for a place, with no query of their own under way."""

_MAX_OWN_WAIT: Final = 30.0  # seconds behind one's own queries
_MAX_OWN: Final = 60  # queries of one user that wait
_HALF_LIFE: Final = 30.0  # seconds after which half of what somebody used is forgotten


class TooManyQueries(Exception):
    """There is no place within the time that somebody waits."""


@dataclass
class Turn:
    """A query that has a place. `used`: the seconds that it took; None: as long as it had it."""

    used: float | None = None


class QueryPlaces:
    """The places. `clock`: seconds that never go back, as time.monotonic."""

    def __init__(self, clock: Callable[[], float], places: int = PLACES, kept: int = KEPT) -> None:
        self._clock = clock
        self._free = places
        self._kept = kept
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._own: dict[str, asyncio.Lock] = {}
        self._asking: dict[str, int] = {}
        self._used: dict[str, tuple[float, float]] = {}

    @asynccontextmanager
    async def place(self, user: str) -> AsyncIterator[Turn]:
        """Hold a place within the block. Raises TooManyQueries."""
        if self._asking.get(user, 0) >= _MAX_OWN:
            raise TooManyQueries
        self._asking[user] = self._asking.get(user, 0) + 1
        own = self._own.setdefault(user, asyncio.Lock())
        try:
            await _within(own.acquire(), _MAX_OWN_WAIT)
            try:
                await self._take(user)
                began, turn = self._clock(), Turn()
                try:
                    yield turn
                finally:
                    used = self._clock() - began if turn.used is None else turn.used
                    self._note(user, used)
                    self._give()
            finally:
                own.release()
        finally:
            self._asking[user] -= 1
            if not self._asking[user]:
                del self._asking[user], self._own[user]

    async def _take(self, user: str) -> None:
        if self._may_begin(user):
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (user, place)
        self._waiting.append(entry)
        try:
            await _within(asyncio.shield(place), MAX_WAIT)
        except BaseException:
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif place.done() and not place.cancelled():
                self._give()  # it came too late
            raise

    def _may_begin(self, user: str) -> bool:
        return self._free > (0 if self._share(user) <= LITTLE else self._kept)

    def _give(self) -> None:
        self._free += 1
        for entry in sorted(self._waiting, key=lambda waiting: self._share(waiting[0])):
            if not self._may_begin(entry[0]):
                return
            self._free -= 1
            self._waiting.remove(entry)
            entry[1].set_result(None)

    def _share(self, user: str) -> float:
        """Seconds that a user's queries took lately, the older the less they count."""
        used, at = self._used.get(user, (0.0, 0.0))
        return float(used * 0.5 ** ((self._clock() - at) / _HALF_LIFE))

    def _note(self, user: str, seconds: float) -> None:
        self._used[user] = (self._share(user) + seconds, self._clock())
        if len(self._used) > 1_000:
            kept = sorted(self._used, key=self._share)[-500:]
            self._used = {name: self._used[name] for name in kept}


async def _within(work: object, seconds: float) -> None:
    try:
        await asyncio.wait_for(work, seconds)  # type: ignore[arg-type]
    except asyncio.TimeoutError:
        raise TooManyQueries from None
