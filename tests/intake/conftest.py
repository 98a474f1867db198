"""Fixtures for lists that offices make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MadeOnce, Run
from tests.offices import Office, found_city


@pytest.fixture(scope="session")
def city(made_once: MadeOnce) -> Path:
    """Build the registry into copies of which lists are loaded. For reading only."""
    return made_once("city", found_city) / "registry.db"


@pytest.fixture
def office(city: Path, tmp_path: Path, run: Callable[..., Run]) -> Office:
    """Give the office that loads lists."""
    return Office(city, tmp_path, run)
