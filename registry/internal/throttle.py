"""Limits attempts to sign in, before any password is hashed.

Counted are failures of a name from an address, of an address, and of a name from anywhere. Those
beyond a number have the next attempt wait, twice as long each time, up to a limit. An attempt
counts as failed from its beginning, so that a hundred at once are no way around.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

_FORGOTTEN: Final = 60 * 60.0
_MOST: Final = 20_000
"""Counters of one kind. To push one out takes as many attempts, which themselves are slowed."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures without consequences, the first wait after them, and the longest; in seconds."""

    free: int
    first: float
    longest: float

    def wait(self, failures: int) -> float:
        """How long after that many failures nobody may try."""
        beyond = failures - self.free
        return min(self.longest, self.first * 2.0 ** min(beyond - 1, 30)) if beyond > 0 else 0.0


PAIR: Final = Limit(free=5, first=2.0, longest=300.0)
ADDRESS: Final = Limit(free=15, first=2.0, longest=60.0)
"""Many share an address: a whole office behind one proxy."""
NAME: Final = Limit(free=10, first=2.0, longest=30.0)
"""Short, as strangers must not be able to keep somebody out for long."""


@dataclass(slots=True)
class _Counter:
    failures: int = 0
    last: float = 0.0


class _Counters:
    """Counters of one kind; the longest unused go when there are too many."""

    def __init__(self, limit: Limit, most: int) -> None:
        self.limit = limit
        self.most = most
        self._counters: OrderedDict[Hashable, _Counter] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counters)

    def wait(self, key: Hashable, moment: float) -> float:
        """How long until another attempt is allowed; 0 for at once."""
        counter = self._counters.get(key)
        if counter is None:
            return 0.0
        if moment - counter.last > _FORGOTTEN:
            del self._counters[key]
            return 0.0
        return max(0.0, counter.last + self.limit.wait(counter.failures) - moment)

    def add(self, key: Hashable, moment: float) -> None:
        """Count a failure."""
        counter = self._counters.setdefault(key, _Counter())
        self._counters.move_to_end(key)
        counter.failures += 1
        counter.last = moment
        while len(self._counters) > self.most:
            self._counters.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        """Count one failure less."""
        counter = self._counters.get(key)
        if counter is not None:
            counter.failures -= 1
            if counter.failures <= 0:
                del self._counters[key]

    def clear(self, key: Hashable) -> None:
        """Start anew."""
        self._counters.pop(key, None)


class Attempts:
    """Says who has to wait. `clock`: seconds that never go back, as time.monotonic."""

    def __init__(self, clock: Callable[[], float], *, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._pairs = _Counters(PAIR, most)
        self._addresses = _Counters(ADDRESS, most)
        self._names = _Counters(NAME, most)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, name: str, address: str) -> int:
        """0 and the attempt is counted; else the seconds to wait, and nothing is counted."""
        moment, address = self._clock(), network_of(address)
        waits = [self._pairs.wait((name, address), moment), self._addresses.wait(address, moment)]
        # Who has signed in from there before is not kept out by what strangers try elsewhere.
        is_known = (name, address) in self._known
        if not is_known:
            waits.append(self._names.wait(name, moment))
        if max(waits) > 0:
            return math.ceil(max(waits))
        self._pairs.add((name, address), moment)
        self._addresses.add(address, moment)
        if not is_known:
            self._names.add(name, moment)
        return 0

    def take_back(self, name: str, address: str) -> None:
        """The attempt that began did not come to a check of the password."""
        address = network_of(address)
        self._pairs.take_back((name, address))
        self._addresses.take_back(address)
        if (name, address) not in self._known:
            self._names.take_back(name)

    def succeeded(self, name: str, address: str) -> None:
        """The password was right. Others' failures stay counted."""
        self.take_back(name, address)
        address = network_of(address)
        self._pairs.clear((name, address))
        self._known[(name, address)] = None
        self._known.move_to_end((name, address))
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    @property
    def size(self) -> int:
        """How much is remembered."""
        counters = (self._pairs, self._addresses, self._names)
        return sum(len(one) for one in counters) + len(self._known)


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 a /64, of which one connection has the choice."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
