"""The registry that the decision table is asked on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authority.table_registry import build_registry
from tests.conftest import MadeOnce


@pytest.fixture(scope="session")
def table_file(made_once: MadeOnce) -> Path:
    """Build it. For reading only."""
    return made_once("decision-table", build_registry) / "registry.db"


@pytest.fixture
def table(table_file: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy in memory, which a test may change."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    file = sqlite3.connect(f"file:{table_file}?mode=ro", uri=True)
    file.backup(conn)
    file.close()
    yield conn
    conn.close()
