"""The data root: what it has to hold, and what is read of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.intake.dataset import open_data_root
from registry.intake.problems import InputError, Problem

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


def problem(path: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        open_data_root(path)
    (found,) = caught.value.problems
    assert found.remedy
    return found


def test_the_shipped_root(data_root: Path) -> None:
    root = open_data_root(data_root)
    (folder,) = root.instruments
    assert root.calendar == data_root / "calendar"
    assert sorted(folder.annexes) == [1, 2, 3]
    assert [f.path.name for f in root.files()] == [
        *("law.yml", "roles.yml", "instrument.yml", "annex1.csv", "annex2.csv", "annex3.csv"),
        *("agreements.csv", "deliverables.csv", "guidance.csv", "service.csv"),
        *("services.csv", "contacts.csv"),
    ]
    assert all(f.encoding == "utf-8-sig" and len(f.sha256) == 64 for f in root.files())


def test_a_root_without_roles_has_none(small_root: SmallRoot) -> None:
    root = open_data_root(small_root.path)
    assert (root.roles, root.roles_file) == (None, None)


def test_a_ledger_may_be_absent_or_lack_files(small_root: SmallRoot) -> None:
    assert open_data_root(small_root.path).instruments[0].ledger == []
    small_root.ledger["service"] = [dict.fromkeys(["item", "zone", "measure"])]
    (folder,) = open_data_root(small_root.write()).instruments
    assert [f.path.name for f in folder.ledger] == ["service.csv"]


def test_a_missing_root(tmp_path: Path) -> None:
    found = problem(tmp_path / "nowhere")
    assert (found.path, found.what) == (tmp_path / "nowhere", "there is no such folder")
    assert "--data" in found.remedy


def test_a_root_without_a_calendar(small_root: SmallRoot) -> None:
    (small_root.path / "calendar").rename(small_root.path / "kalender")
    found = problem(small_root.path)
    assert found.path == small_root.path / "calendar"
    assert "holds calendar/" in found.remedy


def test_a_root_without_an_instrument(small_root: SmallRoot) -> None:
    (small_root.folder / "instrument.yml").unlink()
    assert problem(small_root.path).what == "no folder in it holds an instrument.yml"


def test_a_missing_annex(small_root: SmallRoot) -> None:
    (small_root.folder / "annex2.csv").unlink()
    found = problem(small_root.path)
    assert (found.path.name, found.what) == ("annex2.csv", "there is no such file")


@pytest.mark.parametrize("name", ["annex3.csv", "instrument.yml", "ledger/guidance.csv"])
def test_an_empty_file(small_root: SmallRoot, name: str) -> None:
    (small_root.folder / "ledger").mkdir()
    (small_root.folder / name).write_bytes(b"")
    found = problem(small_root.path)
    assert (found.path, found.what) == (small_root.folder / name, "the file is empty")


def test_two_instruments_of_one_id(small_root: SmallRoot) -> None:
    small_root.folder = small_root.path / "test-2"
    small_root.write()
    found = problem(small_root.path)
    assert (found.path.parent.name, found.key) == ("test-2", "id")
    assert str(small_root.path / "test-1" / "instrument.yml") in found.what
