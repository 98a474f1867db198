"""What `pip install .` gives: everything that the commands need, and nothing of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_data_rules_and_messages(installed: Path) -> None:
    for name in (
        "registry/carried/data/liaocheng-2021-8/annex2.csv",
        "registry/carried/data/liaocheng-2021-8/ledger/agreements.csv",
        "registry/carried/data/calendar/2021.yml",
        "registry/carried/datasette-metadata.yml",
        "registry/audit/rules/AGR001_missing_agreement.sql",
        "registry/store/views/10_items.sql",
        "registry/locale/zh/LC_MESSAGES/registry.mo",
        "registry/catalogue/plugin.py",
        "registry/catalogue/templates/base.html",
        "registry/catalogue/static/catalogue.css",
        "registry/report/templates/audit.html",
        "registry/report/templates/progress.html",
    ):
        assert (installed / name).is_file(), name


def test_build_and_audit_work_from_any_folder(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "REGISTRY_LANG": "en"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "registry", *arguments]
        if sys.version_info < (3, 11):
            command.remove("-P")
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    built = call("build")
    assert built.returncode == 0, built.stderr
    assert str(installed) in built.stdout
    assert "1,794 of 1,794" in built.stdout
    audited = call("--lang", "zh", "audit", "--as-of", "2021-06-30")
    assert audited.returncode == 1
    assert "核查情况" in audited.stdout
    assert call("query", "by-zone").returncode == 0


def test_no_path_of_a_machine_is_in_the_wheel(installed: Path) -> None:
    for path in installed.rglob("*"):
        if path.is_file():
            assert str(ROOT).encode() not in path.read_bytes(), path
