"""Attempts at a name that many strangers try take turns, so that guessing stays slow and the user,
who is a stranger too at a new place, still gets in.

One attempt a second of each name is checked. Where more wait than there is room for, those leave
first of whose network the most wait: a crowd keeps itself out, and not somebody from elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Final

INTERVAL: Final = 1.0  # seconds
MAX_WAITING_FOR_NAME: Final = 40
"""The last waits for less than the minute after which proxies give up."""
MAX_WAITING: Final = 300
_PREFIXES: Final = {4: (24, 16, 8), 6: (48, 32, 24)}
"""IP version → lengths of the prefixes that make a crowd, the narrowest first."""


@dataclass(eq=False)
class _Waiter:
    crowds: tuple[str, ...]
    turn: asyncio.Future[bool]


@dataclass
class _Line:
    """Who waits for a name. `next_at`: by the loop's clock, when the next may be checked."""

    waiters: list[_Waiter] = field(default_factory=list)
    next_at: float = 0.0


class Turns:
    """Hands out turns. Belongs to the event loop that runs."""

    def __init__(
        self,
        interval: float = INTERVAL,
        max_waiting_for_name: int = MAX_WAITING_FOR_NAME,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._interval = interval
        self._max_waiting_for_name = max_waiting_for_name
        self._max_waiting = max_waiting
        self._lines: OrderedDict[str, _Line] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait, for all names."""
        return sum(_left(line.waiters) for line in self._lines.values())

    async def take(self, name: str, network: str) -> bool:
        """Wait for a turn. False: too many wait, and this one is sent away."""
        loop = asyncio.get_running_loop()
        line = self._line(name, loop.time())
        if not line.waiters and loop.time() >= line.next_at:
            line.next_at = loop.time() + self._interval
            return True
        waiter = _Waiter(_crowds_of(network), loop.create_future())
        line.waiters.append(waiter)
        if len(line.waiters) == 1:
            loop.call_at(line.next_at, self._call_next, line)
        if _left(line.waiters) > self._max_waiting_for_name:
            _send_one_away(line.waiters)
        elif self.waiting > self._max_waiting:
            _send_one_away([one for each in self._lines.values() for one in each.waiters])
        try:
            return await waiter.turn
        finally:
            if waiter in line.waiters:
                line.waiters.remove(waiter)

    def _line(self, name: str, now: float) -> _Line:
        line = self._lines.setdefault(name, _Line())
        self._lines.move_to_end(name)
        while True:  # forget the names that nobody has tried for a while
            oldest = next(iter(self._lines.values()))
            if oldest is line or oldest.waiters or oldest.next_at > now:
                return line
            self._lines.popitem(last=False)

    def _call_next(self, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        while line.waiters:
            waiter = line.waiters.pop(0)
            if not waiter.turn.done():
                waiter.turn.set_result(True)
                line.next_at = loop.time() + self._interval
                break
        if line.waiters:
            loop.call_at(line.next_at, self._call_next, line)


def _left(waiters: list[_Waiter]) -> int:
    """How many have no answer yet."""
    return sum(not one.turn.done() for one in waiters)


def _send_one_away(waiters: list[_Waiter]) -> None:
    """Send the last away of those of whose network the most wait; of networks alike, of those of
    whose wider network the most do."""
    left = [one for one in waiters if not one.turn.done()]
    sizes = Counter(crowd for one in left for crowd in one.crowds)
    # `max` takes the first of those alike: here the last that came.
    last = max(reversed(left), key=lambda one: [sizes[crowd] for crowd in one.crowds])
    last.turn.set_result(False)


def _crowds_of(network: str) -> tuple[str, ...]:
    """The wider networks that count as crowds, the narrowest first."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return (network,) * 3
    return tuple(str(found.supernet(new_prefix=length)) for length in _PREFIXES[found.version])
