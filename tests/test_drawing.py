"""What a quick run takes of the tests: the same in each of its workers, others the next time."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.drawing import BUDGET, left_out, listing, seconds_known


class Item:
    """A test as far as it is looked at."""

    def __init__(self, name: str, *markers: str) -> None:
        self.nodeid = name
        self._markers = markers

    def get_closest_marker(self, name: str) -> str | None:
        """A marker that it has."""
        return name if name in self._markers else None


def taken(items: list[Any], known: dict[str, float], seed: str = "1", budget: float = 100) -> set:
    """The ids of those that are not left out."""
    return {item.nodeid for item in items} - left_out(items, known, seed, budget)


def test_what_is_long_is_left_out_and_what_is_not_listed_runs() -> None:
    items = [Item("a.py::test_a"), Item("a.py::test_b", "long"), Item("a.py::test_c[1]")]
    assert taken(items, {}) == {"a.py::test_a", "a.py::test_c[1]"}


def test_slow_tests_fill_the_time_and_each_has_its_turn() -> None:
    items = [Item(f"{n % 7}.py::test_slow[{n}]") for n in range(40)]
    known = {f"{n}.py::test_slow": 5.0 for n in range(7)}
    seen = set()
    for seed in map(str, range(60)):
        found = taken(items, known, seed)
        assert found == taken(items, known, seed), "as another worker draws"
        assert len(found) == 20
        seen |= found
    assert len(seen) == 40


def test_what_takes_longer_is_drawn_more_rarely() -> None:
    items = [Item("a.py::test_slow"), *(Item(f"b.py::test_quicker[{n}]") for n in range(80))]
    known = {"a.py::test_slow": 10.0, "b.py::test_quicker": 2.0}
    often = sum("a.py::test_slow" in taken(items, known, str(seed)) for seed in range(200))
    assert 5 < often < 80


def test_what_is_made_for_a_file_is_counted_once_and_its_quick_tests_come_together() -> None:
    items = [Item(f"a.py::test_quick[{n}]") for n in range(4)]
    items += [Item("a.py::test_slow"), Item("b.py::test_quick")]
    known = {"a.py": 30.0, "a.py::test_slow": 1.0}
    assert taken(items, known, budget=29) == {"b.py::test_quick"}
    assert taken(items, known, budget=32) == {item.nodeid for item in items}


@given(
    st.dictionaries(
        st.from_regex("[ab].py::test_[a-e]", fullmatch=True), st.floats(0.2, 60), max_size=10
    ),
    st.integers(0, 10**6),
)
def test_the_time_is_never_overspent(known: dict[str, float], seed: int) -> None:
    items = [Item(f"{file}.py::test_{name}") for file in "ab" for name in "abcde"]
    slow = sum(known.get(name, 0) for name in taken(items, known, str(seed)))
    assert slow <= 100


def test_what_takes_long_is_written_down() -> None:
    calls = {"a.py::test_a": [0.2, 0.4], "a.py::test_b": [0.01, 0.02], "b.py::test_c": [2.0]}
    fixtures = {"a.py": [4.0, 0.01, 0.5], "b.py": [0.3]}
    assert listing(calls, fixtures) == "4.50 a.py\n2.00 b.py::test_c\n0.30 a.py::test_a\n"


def test_the_list_names_tests_that_there_are() -> None:
    """Whoever renames a test renames it there, or measures anew."""
    gone = []
    for name in seconds_known():
        file, _, test = name.partition("::")
        path = ROOT / file
        if not path.exists() or (
            test and not re.search(rf"def {test}\(", path.read_text(encoding="utf-8"))
        ):
            gone.append(name)
    assert gone == []
    assert sum(seconds_known().values()) > BUDGET, "or nothing need be drawn"
