"""What several tests of the store start from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import SmallRoot


@pytest.fixture(scope="session")
def _small_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small_built")
    (folder / "small").mkdir()
    return SmallRoot(folder / "small").build().path


@pytest.fixture
def db(_small_built: Path, small_root: SmallRoot) -> Path:
    """Copy a file that was built from the small instrument on 2021-06-30 beside its data root."""
    return Path(shutil.copyfile(_small_built, small_root.path.parent / "small.db"))
