"""What a quick run takes of the tests: the same in each of its workers, others the next time."""

from __future__ import annotations

from typing import Any

import pytest

from tests import conftest


class Item:
    """A test as far as it is looked at."""

    def __init__(self, name: str, *markers: str) -> None:
        self.nodeid = name
        self._markers = markers

    def get_closest_marker(self, name: str) -> str | None:
        """A marker that it has."""
        return name if name in self._markers else None


CASES = [f"tests/test_a.py::test_many[{n}]" for n in range(30)]


def taken(items: list[Any]) -> list[str]:
    """The ids of those that are not left out."""
    left_out = conftest._left_out(items)
    return [item.nodeid for item in items if item.nodeid not in left_out]


def test_what_is_long_is_left_out_and_what_is_not_marked_runs() -> None:
    items = [Item("test_a"), Item("test_b", "long"), *(Item(f"test_c[{n}]") for n in range(5))]
    assert taken(items) == ["test_a", *(f"test_c[{n}]" for n in range(5))]


def test_of_many_cases_the_first_and_some_others(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    for seed in range(80):
        monkeypatch.setattr(conftest, "SEED", str(seed))
        found = taken([Item(name) for name in CASES])
        assert found == taken([Item(name) for name in CASES])
        assert (len(found), found[0]) == (5, CASES[0])
        seen.update(found)
    assert seen == set(CASES), "each has its turn"


def test_a_quarter_of_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [Item(f"test_{n}", "drawn") for n in range(400)]
    found = taken(every)
    assert 60 < len(found) < 140
    monkeypatch.setattr(conftest, "SEED", "another")
    assert taken(every) != found
