"""Internal files of the shipped data after two audits, and readers of the sites that serve them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.record import store_audit
from registry.audit.rule import Rule, load_rules
from registry.internal import passwords
from registry.internal.audience import Audience
from registry.internal.projection import derive, internal_projection
from registry.site.projection import publish
from registry.site.publication_folder import current_publication, publish_into
from registry.store.connection import connect
from tests.conftest import MadeOnce
from tests.internal.auth_client import FEW_ROUNDS, AuthClient, add, user

DAYS = ("2021-05-28", "2021-06-30")
SLJ = Audience("department", "slj")
ETDZ = Audience("zone", "etdz")


@pytest.fixture
def front(tmp_path: Path) -> Iterator[AuthClient]:
    """Open a gate with a viewer and somebody of the office."""
    add(tmp_path / "state", user(), user("li", None))
    client = AuthClient(tmp_path / "state")
    yield client
    client.middleware.close()


@pytest.fixture
def cookie(front: AuthClient) -> str:
    """Sign the viewer in."""
    return front.sign_in().cookie


def audit(file: Path, day: str) -> int:
    """Store an audit of everything; its number."""
    with closing(connect(file)) as conn:
        found = run_audit(conn, load_rules(), day)
    with closing(connect(file)) as conn:
        return store_audit(conn, found, datetime.fromisoformat(f"{day}T09:00:00"))


def rules_of(file: Path) -> list[Rule]:
    """The rules of a registry."""
    with closing(connect(file)) as conn:
        return registry_rules(conn)


def publish_office(file: Path, target: Path) -> Path:
    """Publish the office's file from the latest audit."""
    day, projection = internal_projection(file, rules_of(file), None, lambda _done, _of: None)
    return publish(file, target, as_of=day, demo=True, projection=projection).path


def publish_to(file: Path, folder: Path) -> Path:
    """Publish into a folder from the latest audit; the new file."""
    day, projection = internal_projection(file, rules_of(file), None, lambda _done, _of: None)
    return publish_into(file, folder, as_of=day, demo=True, projection=projection).path


def rows(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a file."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        return conn.execute(sql, values).fetchall()


@pytest.fixture(scope="session")
def audited(built: Path, made_once: MadeOnce) -> Path:
    """Audit the shipped data twice. For reading only."""

    def make(folder: Path) -> None:
        path = Path(shutil.copyfile(built, folder / "registry.db"))
        for day in DAYS:
            audit(path, day)

    return made_once("audited", make) / "registry.db"


@pytest.fixture(scope="session")
def office_folder(audited: Path, made_once: MadeOnce) -> Path:
    """Publish into a folder for those who sign in. For reading only."""
    return made_once("office-folder", lambda folder: publish_to(audited, folder))


@pytest.fixture(scope="session")
def office(office_folder: Path, made_once: MadeOnce) -> Path:
    """Give the office's file. For reading only."""

    def make(folder: Path) -> None:
        shutil.copyfile(current_publication(office_folder), folder / "office.db")

    return made_once("office", make) / "office.db"


@pytest.fixture
def publications(office_folder: Path, tmp_path: Path) -> Path:
    """Copy that folder to where a test may publish into it."""
    to = tmp_path / "publications"
    return Path(shutil.copytree(office_folder, to, copy_function=shutil.copyfile))


@pytest.fixture(scope="session")
def slj(office: Path, made_once: MadeOnce) -> Path:
    """Derive the file of 市水利局. For reading only."""
    return made_once("slj", lambda folder: derive(office, SLJ, folder / "slj.db")) / "slj.db"


@pytest.fixture(scope="session")
def etdz(office: Path, made_once: MadeOnce) -> Path:
    """Derive the file of 聊城经开区. For reading only."""
    return made_once("etdz", lambda folder: derive(office, ETDZ, folder / "etdz.db")) / "etdz.db"


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords quickly."""
    monkeypatch.setattr(passwords, "ROUNDS", FEW_ROUNDS)


class Reader:
    """Asks a site for pages through Datasette's own client, as one who is signed in."""

    def __init__(self, file: Path, metadata: dict[str, Any]) -> None:
        from registry.internal.application import make_internal

        self.file = file
        self.app = make_internal(file, metadata)
        self._loop = asyncio.new_event_loop()

    def get(self, path: str, **query: str) -> httpx.Response:
        """One page."""
        asked = self.app.client.get(path, params=query) if query else self.app.client.get(path)
        return self._loop.run_until_complete(asked)

    def close(self) -> None:
        """Let go of the file."""
        self.app.close()
        self._loop.close()


def _reader(file: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    one = Reader(file, metadata)
    yield one
    one.close()


@pytest.fixture(scope="session")
def office_reader(office: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    """Read as the reform office."""
    yield from _reader(office, metadata)


@pytest.fixture(scope="session")
def slj_reader(slj: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    """Read as 市水利局."""
    yield from _reader(slj, metadata)


@pytest.fixture(scope="session")
def etdz_reader(etdz: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    """Read as 聊城经开区."""
    yield from _reader(etdz, metadata)
