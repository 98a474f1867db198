"""The internal site with its inbox, for departments and zones that answer online."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.internal.inbox.ledger_state import unpacked
from tests.internal.site_client import SiteClient, visited
from tests.ledger_workbooks import Filling

INSTRUMENT = "liaocheng-2021-8"
States = dict[str, tuple[Any, Any]]


def states_of(office: Path, body: str) -> States:
    """What the site compares a body's workbook with."""
    with closing(sqlite3.connect(office)) as conn:
        content = dict(
            conn.execute(
                "SELECT body, content FROM ledger_states WHERE instrument = ?", (INSTRUMENT,)
            ).fetchall()
        )
    return {INSTRUMENT: (unpacked(content[""]), unpacked(content[body]))}


def download(office: Path, body: str, to: Path) -> Path:
    """The workbook that a body takes from the site."""
    with closing(sqlite3.connect(office)) as conn:
        (content,) = conn.execute(
            "SELECT content FROM downloads WHERE body = ? AND kind = 'workbook' AND instrument = ?",
            (body, INSTRUMENT),
        ).fetchone()
    to.write_bytes(content)
    return to


Fill = Callable[..., Path]


@pytest.fixture
def fill(office: Path, tmp_path: Path) -> Fill:
    """Give a function that fills in a row of a body's workbook, and saves that."""
    made = 0

    def write(body: str = "slj", key: str = "1-17-hidz/service-guide", **cells: Any) -> Path:
        nonlocal made
        made += 1
        path = download(office, body, tmp_path / f"{body}-{made}.xlsx")
        filling = Filling(path)
        filling.set("obligations", key, **(cells or {"done_on": "2021-06-20"}))
        return filling.save()

    return write


@pytest.fixture(scope="module")
def site(
    office: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """Open the site on the office's file; tests of a module share its inbox."""
    with visited(office, tmp_path_factory.mktemp("inbox") / "state", metadata) as one:
        yield one


@pytest.fixture
def fresh(office: Path, metadata: dict[str, Any], tmp_path: Path) -> Iterator[SiteClient]:
    """Open the site with an empty inbox."""
    with visited(office, tmp_path / "state", metadata) as one:
        yield one


@pytest.fixture
def working(audited: Path, tmp_path: Path) -> Path:
    """Copy the working file of which the office's file was made."""
    return Path(shutil.copyfile(audited, tmp_path / "registry.db"))
