"""What `make test` takes of the tests: the quick ones, and of the others as many as fill its time.

How long tests take stands in seconds.txt: `make seconds` measures and writes it. Which of them are
drawn depends on the seed alone, so all workers draw the same.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

FILE: Final = Path(__file__).with_name("seconds.txt")
BUDGET: Final = 420.0
"""Seconds that the tests of a run may take together: two processors do so much in three minutes."""
_QUICK: Final = 0.03
"""Seconds that a test takes that is not listed."""
_LISTED: Final = 0.15
"""Seconds of a test from which on it is listed; so are the fixtures of a file, from ten times that
on, under the name of the file alone."""


class Unit(NamedTuple):
    """What is drawn together: a slow test, or all quick ones of a file with fixtures to make."""

    file: str
    tests: list[str]
    seconds: float


def seconds_known() -> dict[str, float]:
    """Test without its case, or file -> seconds of a case, or of what is made for the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {name: float(seconds) for seconds, name in (line.split(maxsplit=1) for line in lines)}


def left_out(
    items: Iterable[pytest.Item], known: Mapping[str, float], seed: str, budget: float = BUDGET
) -> set[str]:
    """The ids of tests that a quick run does without: those marked `long`, and what its time has no
    room for. What takes long is drawn more rarely; whatever is left out has its turn another time.
    """
    long, quick, units = _sorted_out(items, known)
    draw = random.Random(f"{seed} {len(units)}")
    order = sorted(units, key=lambda unit: draw.random() * unit.seconds)
    spent, opened, out = len(quick) * _QUICK, set[str](), set(long)
    for unit in order:
        cost = unit.seconds + (0 if unit.file in opened else known.get(unit.file, 0))
        if spent + cost > budget:
            out.update(unit.tests)
        else:
            spent += cost
            opened.add(unit.file)
    return out


def _sorted_out(
    items: Iterable[pytest.Item], known: Mapping[str, float]
) -> tuple[list[str], list[str], list[Unit]]:
    """The ids of long tests, and of those that always run; and what is drawn."""
    long, quick, units = [], [], []
    together: dict[str, list[str]] = defaultdict(list)
    for item in items:
        name = item.nodeid
        test = name.partition("[")[0]
        file = test.partition("::")[0]
        if item.get_closest_marker("long"):
            long.append(name)
        elif test in known:
            units.append(Unit(file, [name], known[test]))
        elif file in known:
            together[file].append(name)
        else:
            quick.append(name)
    units += [Unit(file, names, len(names) * _QUICK) for file, names in together.items()]
    return long, quick, units


class Stopwatch:
    """Measures the tests of a run, and writes down which take long."""

    def __init__(self) -> None:
        self.calls: dict[str, list[float]] = defaultdict(list)
        self.fixtures: dict[str, list[float]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the time of a test, or of what was made before it."""
        name = report.nodeid.partition("[")[0]
        if report.when == "call":
            self.calls[name].append(report.duration)
        elif report.when == "setup":
            self.fixtures[name.partition("::")[0]].append(report.duration)

    def pytest_sessionfinish(self) -> None:
        """Write the list, longest first."""
        FILE.write_text(listing(self.calls, self.fixtures), encoding="utf-8")


def listing(
    calls: Mapping[str, Collection[float]], fixtures: Mapping[str, Collection[float]]
) -> str:
    """The list of what takes long: of each test the mean of its cases, of each file what the first
    tests wait for."""
    found = {name: sum(times) / len(times) for name, times in calls.items()}
    found = {name: mean for name, mean in found.items() if mean >= _LISTED}
    for file, times in fixtures.items():
        made = sum(time for time in times if time >= _LISTED)
        if made >= 10 * _LISTED:
            found[file] = made
    ordered = sorted(found.items(), key=lambda pair: (-round(pair[1], 1), pair[0]))
    return "".join(f"{seconds:.2f} {name}\n" for name, seconds in ordered)
