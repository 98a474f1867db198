"""What several tests of the store start from."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from tests.conftest import MadeOnce, SmallRoot
from tests.store.log.lived import live
from tests.store.log.offices import Office, open_office


@pytest.fixture(scope="session")
def _small_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small_built")
    (folder / "small").mkdir()
    return SmallRoot(folder / "small").build().path


@pytest.fixture
def db(_small_built: Path, small_root: SmallRoot) -> Path:
    """Copy a file that was built from the small instrument on 2021-06-30 beside its data root."""
    return Path(shutil.copyfile(_small_built, small_root.path.parent / "small.db"))


@pytest.fixture(scope="session")
def office_folder(made_once: MadeOnce) -> Path:
    """An office whose registry is built, and nothing else. For copying."""
    return made_once("living-office", lambda folder: open_office(folder / "office")) / "office"


@pytest.fixture
def office(office_folder: Path, tmp_path: Path) -> Office:
    """An office of the test's own."""
    return Office(office_folder).copy(tmp_path / "office")


@pytest.fixture(scope="session")
def lived_folder(office_folder: Path, made_once: MadeOnce) -> Path:
    """An office with a history of several days. For copying."""

    def make(folder: Path) -> None:
        live(Office(office_folder).copy(folder / "office"))

    return made_once("lived", make) / "office"


@pytest.fixture
def lived(lived_folder: Path, tmp_path: Path) -> Office:
    """An office of the test's own, with a history, on the day after it."""
    office = Office(lived_folder).copy(tmp_path / "office")
    office.clock.now = dt.datetime(2021, 7, 16, 9)
    return office
