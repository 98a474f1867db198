"""Limits attempts to sign in, before any password is hashed.

Failures are counted for each name and address together, for each address, and for each name. Beyond
a number of failures the next attempt has to wait, twice as long each time, up to a maximum. An
attempt counts as failed from its beginning, so that a hundred at once don't get around this.
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
NAME_LIMIT: Final = Limit(free_failures=10, first_wait=2.0, max_wait=30.0)
"""Short, as strangers must not be able to keep somebody out for long."""


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

    def add(self, key: Hashable, moment: float) -> None:
        """Count a failure."""
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


class Throttle:
    """Decides whether an attempt to sign in has to wait.

    `clock`: seconds that never go back, as time.monotonic.
    """

    def __init__(self, clock: Callable[[], float], *, max_counters: int = MAX_COUNTERS) -> None:
        self._clock = clock
        self._max_counters = max_counters
        self._pairs = _Counters(PAIR_LIMIT, max_counters)
        self._addresses = _Counters(ADDRESS_LIMIT, max_counters)
        self._names = _Counters(NAME_LIMIT, max_counters)
        self._signed_in_before: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, name: str, address: str) -> int:
        """Begin an attempt: 0; or, where it has to wait, the seconds, and it is not counted."""
        moment, address = self._clock(), network_of(address)
        waits = [self._pairs.wait((name, address), moment), self._addresses.wait(address, moment)]
        # Who has signed in from there before is not kept out by what strangers try elsewhere.
        is_familiar = (name, address) in self._signed_in_before
        if not is_familiar:
            waits.append(self._names.wait(name, moment))
        if max(waits) > 0:
            return math.ceil(max(waits))
        self._pairs.add((name, address), moment)
        self._addresses.add(address, moment)
        if not is_familiar:
            self._names.add(name, moment)
        return 0

    def cancel(self, name: str, address: str) -> None:
        """Count an attempt no longer: its password was not checked."""
        address = network_of(address)
        self._pairs.remove((name, address))
        self._addresses.remove(address)
        if (name, address) not in self._signed_in_before:
            self._names.remove(name)

    def succeed(self, name: str, address: str) -> None:
        """Forget failures of this name from this address: the password was right."""
        self.cancel(name, address)
        address = network_of(address)
        self._pairs.clear((name, address))
        self._signed_in_before[(name, address)] = None
        self._signed_in_before.move_to_end((name, address))
        while len(self._signed_in_before) > self._max_counters:
            self._signed_in_before.popitem(last=False)

    @property
    def size(self) -> int:
        """The number of counters and known pairs that are held."""
        counters = (self._pairs, self._addresses, self._names)
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
