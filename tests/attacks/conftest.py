"""What attacks begin with: readers of the site, and a registry with a past."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import MadeOnce, SmallRoot
from tests.internal.conftest import audited, few_rounds, front, office, office_folder, slj
from tests.many import two_roots
from tests.running import environment, run_in_process

__all__ = ["audited", "few_rounds", "front", "office", "office_folder", "slj", "two_roots"]


@pytest.fixture(scope="session")
def lived_once(made_once: MadeOnce) -> Path:
    """Make it. For reading only."""

    def make(folder: Path) -> None:
        (folder / "small").mkdir()
        root = SmallRoot(folder / "small")
        root.ledger = {
            "agreements": [root.agreement()],
            "deliverables": [
                root.deliverable(),
                root.deliverable("powers-list", covers="1-01;1-02"),
            ],
        }
        root.build(db=folder / "registry.db")
        for words in (
            ("audit", "--as-of", "2021-06-30", "--fail-on", "never"),
            ("record", "proof", "handbook", "--zone", "west", "--items", "1-01", "--on",
             "2021-05-21", "--document", "手册"),
            ("audit", "--as-of", "2021-07-30", "--fail-on", "never"),
        ):  # fmt: skip
            done = run_in_process(words, environment(), folder)
            assert done.rc == 0, done

    return made_once("attacked", make)


@pytest.fixture
def lived(lived_once: Path, tmp_path: Path) -> Path:
    """Copy it to <tmp_path>/registry.db, where commands find it."""
    copy = Path(shutil.copyfile(lived_once / "registry.db", tmp_path / "registry.db"))
    copy.chmod(0o644)
    return copy
