"""Limits attempts to sign in, before any password is hashed.

Failures are counted for each name and address together, and for each address. Beyond a number of
failures the next attempt has to wait, twice as long each time, up to a maximum. An attempt counts
as failed from its beginning, so that a hundred at once don't get around this.

Nobody is kept out by what strangers try. A device on which the user signed in before has a counter
of its own, and no other counts; an address from which the user did so is not held back for what
other names' users do there. Failures of a name alone refuse nobody: attempts of strangers then take
turns (`registry.internal.turns`).
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

_EXPIRY: Final = 60 * 60.0  # seconds after which failures are forgotten
MAX_COUNTERS: Final = 20_000
"""Of one kind. To push one out takes as many attempts, which themselves are throttled."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures without a wait, and the first and the longest wait after them, in seconds."""

    free_failures: int
    first_wait: float
    max_wait: float

    def wait(self, failures: int) -> float:
        """Seconds from the last of so many failures to the next attempt."""
        beyond = failures - self.free_failures
        return (
            min(self.max_wait, self.first_wait * 2.0 ** min(beyond - 1, 30)) if beyond > 0 else 0.0
        )


PAIR_LIMIT: Final = Limit(free_failures=5, first_wait=2.0, max_wait=300.0)
ADDRESS_LIMIT: Final = Limit(free_failures=15, first_wait=2.0, max_wait=60.0)
"""Many share an address: a whole office behind one proxy."""
DEVICE_LIMIT: Final = Limit(free_failures=10, first_wait=2.0, max_wait=300.0)
CODE_LIMIT: Final = Limit(free_failures=5, first_wait=4.0, max_wait=300.0)
"""Of codes of a second factor, and of passwords that somebody who is signed in has to repeat."""
NAME_FREE_FAILURES: Final = 10
"""Of a name, from anywhere. Beyond it attempts of strangers take turns."""


@dataclass(slots=True)
class _Counter:
    failures: int = 0
    last: float = 0.0


class _Counters:
    """Counters of one kind; the least recently used are dropped when there are too many."""

    def __init__(self, limit: Limit, max_counters: int) -> None:
        self.limit = limit
        self.max_counters = max_counters
        self._counters: OrderedDict[Hashable, _Counter] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counters)

    def wait(self, key: Hashable, moment: float) -> float:
        """Seconds until another attempt is allowed; 0 for at once."""
        counter = self._counters.get(key)
        if counter is None:
            return 0.0
        if moment - counter.last > _EXPIRY:
            del self._counters[key]
            return 0.0
        return max(0.0, counter.last + self.limit.wait(counter.failures) - moment)

    def count(self, key: Hashable) -> int:
        """How many failures are counted."""
        counter = self._counters.get(key)
        return counter.failures if counter else 0

    def add(self, key: Hashable, moment: float) -> None:
        """Count a failure; those of long ago no longer."""
        self.wait(key, moment)
        counter = self._counters.setdefault(key, _Counter())
        self._counters.move_to_end(key)
        counter.failures += 1
        counter.last = moment
        while len(self._counters) > self.max_counters:
            self._counters.popitem(last=False)

    def remove(self, key: Hashable) -> None:
        """Count one failure less."""
        counter = self._counters.get(key)
        if counter is not None:
            counter.failures -= 1
            if counter.failures <= 0:
                del self._counters[key]

    def clear(self, key: Hashable) -> None:
        """Forget all failures."""
        self._counters.pop(key, None)


class AttemptCounter:
    """Failures of one kind of attempt, by any key, under one limit."""

    def __init__(
        self, clock: Callable[[], float], limit: Limit, *, max_counters: int = MAX_COUNTERS
    ) -> None:
        self._clock = clock
        self._counters = _Counters(limit, max_counters)

    def begin(self, key: Hashable) -> int:
        """Begin an attempt: 0; or, where it has to wait, the seconds, and it is not counted."""
        moment = self._clock()
        wait = self._counters.wait(key, moment)
        if wait > 0:
            return math.ceil(wait)
        self._counters.add(key, moment)
        return 0

    def cancel(self, key: Hashable) -> None:
        """Count an attempt no longer."""
        self._counters.remove(key)

    def succeed(self, key: Hashable) -> None:
        """Forget the failures: this attempt was right."""
        self._counters.clear(key)

    def __len__(self) -> int:
        return len(self._counters)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in. `network`: of its address. `device`: on which the user signed in
    before; None where that is not known, or the device has failed too often.

    `is_stranger`: whether the user has signed in neither on the device nor from the address.
    """

    name: str
    network: str
    device: str | None
    is_stranger: bool


class Throttle:
    """Decides whether an attempt to sign in has to wait.

    `clock`: seconds that never go back, as time.monotonic.
    """

    def __init__(self, clock: Callable[[], float], *, max_counters: int = MAX_COUNTERS) -> None:
        self._clock = clock
        self._max_counters = max_counters
        self._pairs = _Counters(PAIR_LIMIT, max_counters)
        self._addresses = _Counters(ADDRESS_LIMIT, max_counters)
        self._names = _Counters(Limit(NAME_FREE_FAILURES, 0.0, 0.0), max_counters)
        self._devices = _Counters(DEVICE_LIMIT, max_counters)
        self._signed_in_before: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, name: str, address: str, device: str | None = None) -> Attempt | int:
        """Begin an attempt; or the seconds that it has to wait, and then it is not counted.

        `device`: on which the user of that name signed in before.
        """
        moment, network = self._clock(), network_of(address)
        if device is not None and self._devices.wait(device, moment) == 0:
            self._devices.add(device, moment)
            return Attempt(name, network, device, is_stranger=False)
        is_stranger = (name, network) not in self._signed_in_before
        wait = self._pairs.wait((name, network), moment)
        if is_stranger:
            wait = max(wait, self._addresses.wait(network, moment))
        if wait > 0:
            return math.ceil(wait)
        self._pairs.add((name, network), moment)
        if is_stranger:
            self._addresses.add(network, moment)
            self._names.add(name, moment)
        return Attempt(name, network, None, is_stranger)

    def takes_turns(self, attempt: Attempt) -> bool:
        """Whether it is one of many attempts of strangers at the same name."""
        return attempt.is_stranger and self._names.count(attempt.name) > NAME_FREE_FAILURES

    def cancel(self, attempt: Attempt) -> None:
        """Count an attempt no longer: its password was not checked."""
        if attempt.device is not None:
            self._devices.remove(attempt.device)
            return
        self._pairs.remove((attempt.name, attempt.network))
        if attempt.is_stranger:
            self._addresses.remove(attempt.network)
            self._names.remove(attempt.name)

    def succeed(self, attempt: Attempt) -> None:
        """Forget failures of this name from this address: the password was right."""
        self.cancel(attempt)
        pair = (attempt.name, attempt.network)
        self._pairs.clear(pair)
        if attempt.device is not None:
            self._devices.clear(attempt.device)
        self._signed_in_before[pair] = None
        self._signed_in_before.move_to_end(pair)
        while len(self._signed_in_before) > self._max_counters:
            self._signed_in_before.popitem(last=False)

    @property
    def size(self) -> int:
        """The number of counters and known pairs that are held."""
        counters = (self._pairs, self._addresses, self._names, self._devices)
        return sum(map(len, counters)) + len(self._signed_in_before)


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the /64, within which a connection chooses freely."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
