"""A data root with two instruments: two cities that number their items alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES, Provenance
from registry.store.build import build
from registry.store.connection import connect
from tests.conftest import MadeOnce, SmallRoot

OTHER: dict[str, Any] = {
    "id": "test-2",
    "number": "邻市政发〔2021〕20号",
    "title": "邻市人民政府关于赋予园区权限的通知",
    "issuer": "邻市人民政府",
    "source": "邻市公报",
    "superior_documents": [],
    "annexes": [
        {"annex": 1, "title": "邻甲", "role": "delegated", "control_total": 2, "clause": "C01"},
        {"annex": 3, "title": "邻丙", "role": "withdrawn", "clause": "C04"},
    ],
    "zones": [
        {"id": "east", "name": "东区管委会", "short_name": "东区", "clause": "C01"},
        {"id": "harbour", "name": "临港园区管委会", "short_name": "临港园区", "clause": "C01"},
    ],
    "departments": [
        {"id": "jia", "name": "测试市甲局", "short_name": "市甲局", "aliases": ["甲局"]},
        {"id": "ding", "name": "邻市丁局", "short_name": "邻市丁局"},
    ],
}
"""What the second instrument says otherwise than the small one: the eastern zone and 市甲局 are in
both; the western zone and the harbour are in one."""


class TwoRoots:
    """One data root of two instruments, each a `SmallRoot` that a test changes before `build`.

    `first` is the small instrument test-1. `second`, test-2, has 1-01 and 1-02 of 邻市丁局
    (委托下放), 1-05 of 市甲局 (委托收件), which test-1 has not, and 3-01; on the eastern zone and
    the harbour.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first = SmallRoot(path)
        self.second = SmallRoot(path)
        self.second.folder = path / OTHER["id"]
        known = self.second.instrument
        known.update(OTHER)
        known["modes"] = [mode for mode in known["modes"] if mode["annex"] != 2]
        for duty in known["duties"]:
            duty["modes"] = [mode for mode in duty["modes"] if mode != "原直接实施"]
        item = SmallRoot.item
        self.second.annexes = {
            1: [
                item(1, 1, name="邻市事项甲", department="邻市丁局"),
                item(1, 2, name="邻市事项乙", department="邻市丁局"),
                item(1, 5, name="邻市事项戊", mode="委托收件"),
            ],
            3: [item(3, 1, name="邻市事项丙", department="邻市丁局", mode="不再实施", scope="")],
        }

    def write(self) -> Path:
        """Write both instruments as they stand now."""
        self.first.write()
        return self.second.write()

    def build(
        self, db: Path, as_of: str = "2021-06-30", accepted: Collection[Provenance] = PROVENANCES
    ) -> Path:
        """Write everything, and build `db` from it, standing on the day `as_of`."""
        now = datetime.fromisoformat(f"{as_of}T09:00:00")
        return build(db, open_data_root(self.write()), accepted=accepted, now=now).path

    def open(self, db: Path, as_of: str = "2021-06-30") -> sqlite3.Connection:
        """Build, and open what was built."""
        return connect(self.build(db, as_of))


@pytest.fixture
def two_roots(tmp_path: Path) -> TwoRoots:
    """Two instruments, to be written to <tmp_path>/two."""
    (tmp_path / "two").mkdir()
    return TwoRoots(tmp_path / "two")


@pytest.fixture(scope="session")
def two_built(made_once: MadeOnce) -> Path:
    """Build two instruments, each with an agreement of one number on its 1-01. For reading only."""

    def make(folder: Path) -> None:
        (folder / "two").mkdir()
        roots = TwoRoots(folder / "two")
        agreement = roots.first.agreement
        roots.first.ledger = {
            "agreements": [agreement()],
            "deliverables": [roots.first.deliverable("powers-list", covers="1-01;1-02")],
        }
        roots.second.ledger = {
            "agreements": [agreement(department="邻市丁局", covers="1-01;1-02")],
            "deliverables": [roots.second.deliverable("powers-list", covers="annex:1")],
        }
        roots.build(folder / "registry.db")

    return made_once("two-built", make) / "registry.db"


@pytest.fixture
def two_copy(two_built: Path, tmp_path: Path) -> Path:
    """Copy that file to where commands find it."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(two_built.read_bytes())
    return copy


@pytest.fixture
def two_conn(two_built: Path) -> Iterator[sqlite3.Connection]:
    """Open that file, for reading only."""
    conn = connect(two_built)
    yield conn
    conn.close()
