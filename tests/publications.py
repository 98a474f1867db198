"""Published files, and a visitor of the site that serves them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.catalogue.projection import PUBLIC
from registry.catalogue.server import make_app
from registry.site import projection, publication_folder
from registry.site.server import read_metadata
from tests.conftest import ROOT, MadeOnce, SmallRoot

AS_OF = "2021-06-30"

publish = partial(projection.publish, projection=PUBLIC)
publish_into = partial(publication_folder.publish_into, projection=PUBLIC)


class Visitor:
    """Asks a site for pages through Datasette's own client."""

    def __init__(self, file: Path, metadata: dict[str, Any], **how: Any) -> None:
        self.app = make_app(file, metadata, **how)
        self._loop = asyncio.new_event_loop()

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        """One page."""
        asked = self.app.client.get(path, headers=headers, **({"params": query} if query else {}))
        return self._loop.run_until_complete(asked)

    def found(self, table: str, **query: str) -> list[str]:
        """Ids of all rows that a page of a table lists."""
        answer = self.get(
            f"/catalogue/{table}.json",
            **{"_shape": "array", "_size": "max", "_col": "id", "_nofacet": "1", **query},
        )
        assert answer.status_code == 200, (query, answer.text)
        return [row["id"] for row in answer.json()]

    def close(self) -> None:
        """Let go of the file."""
        self.app.get_database("catalogue").close()
        self._loop.close()


def query(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a file."""
    conn = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


@pytest.fixture(scope="session")
def metadata() -> dict[str, Any]:
    """Read the shipped metadata."""
    return read_metadata(ROOT / "datasette-metadata.yml")


@pytest.fixture(scope="session")
def published(built: Path, made_once: MadeOnce) -> Path:
    """Publish the shipped data without demonstration rows. For reading only."""
    name = "catalogue.db"
    made = made_once(
        "published", lambda folder: publish(built, folder / name, as_of=AS_OF, demo=False)
    )
    return made / name


@pytest.fixture(scope="session")
def demo(built: Path, made_once: MadeOnce) -> Path:
    """Publish the shipped data with demonstration rows, under an odd name. For reading only."""
    name = "目录 #1?50%.db"
    made = made_once("demo", lambda folder: publish(built, folder / name, as_of=AS_OF, demo=True))
    return made / name


@pytest.fixture(scope="session")
def few(made_once: MadeOnce) -> Path:
    """Build a registry of few items, where what is published does not matter."""

    def make(to: Path) -> None:
        (to / "small").mkdir()
        SmallRoot(to / "small").build(db=to / "registry.db")

    return made_once("few", make) / "registry.db"


@pytest.fixture
def without_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish for those who sign in without workbooks and letters, which take most of the time."""
    monkeypatch.setattr("registry.internal.snapshot._downloads", lambda *_arguments: iter(()))


@pytest.fixture(scope="session")
def visitor(published: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    """Visit the site without demonstration rows."""
    one = Visitor(published, metadata)
    yield one
    one.close()


@pytest.fixture(scope="session")
def demo_visitor(demo: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    """Visit the site with demonstration rows."""
    one = Visitor(demo, metadata)
    yield one
    one.close()
