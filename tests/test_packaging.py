"""What `pip install .` gives: everything that the commands need, and nothing of this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, unpacked.

    Hatchling and Babel are those of the tests, where they are there: fetching them took most of the
    time. That pyproject.toml names all that the build needs, `make` proves: it installs with them
    alone.
    """
    folder = tmp_path_factory.mktemp("wheel")
    here = find_spec("hatchling") and find_spec("babel")
    options = ["--quiet", "--no-deps", *(["--no-build-isolation"] if here else [])]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "-w", folder, ROOT],
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
        "registry/audit/rules/DUT001_missing_duty.sql",
        "registry/audit/rules/headers.json",
        "registry/store/views/23_items.sql",
        "registry/locale/zh/LC_MESSAGES/registry.mo",
        "registry/site/plugin.py",
        "registry/site/templates/base.html",
        "registry/site/static/catalogue.css",
        "registry/site/static/lists.css",
        "registry/site/static/pages.css",
        "registry/report/audit/templates/audit.html",
        "registry/report/letters/templates/letter.html",
        "registry/report/progress/templates/progress.html",
    ):
        assert (installed / name).is_file(), name


def test_the_wheel_carries_every_file_of_the_package(installed: Path) -> None:
    kinds = (".css", ".html", ".js", ".mo", ".po", ".py", ".sql", ".yml")
    package = ROOT / "registry"
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.suffix in kinds and not path.is_relative_to(package / "carried")
    }
    assert {
        "registry/catalogue/schema.sql",
        "registry/site/search/words.yml",
        "registry/site/static/search.css",
        "registry/catalogue/templates/page/data.html",
        "registry/catalogue/templates/page/item.html",
        "registry/site/templates/page/search.html",
    } <= ours
    carried = {p.relative_to(installed).as_posix() for p in installed.rglob("*") if p.is_file()}
    assert ours - carried == set()


@pytest.mark.long  # its commands run from the unpacked wheel below, and its files are counted above
def test_the_wheel_serves_from_an_environment_of_its_own(installed: Path, tmp_path: Path) -> None:
    (wheel,) = installed.parent.glob("*.whl")
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True, capture_output=True)
    # What the registry needs is that of these tests; a .pth within it, and so the checkout, isn't
    # followed.
    scheme = {"base": str(place), "platbase": str(place)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    site.joinpath("needed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("REGISTRY_", "PYTHON"))}
    environment |= {"REGISTRY_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    where = subprocess.run(
        [programs / "python", "-c", "import registry; print(registry.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert where.stdout.startswith(str(site))
    for command in ("build",), ("publish", "--to", "public", "--as-of", "2021-06-30"):
        done = subprocess.run(
            [programs / "registry", *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
    server = subprocess.Popen(
        [programs / "registry", "serve", "public", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stderr
        address = re.search(r"http://\S+", server.stderr.readline())
        assert address
        for path, told in {
            "": "聊政字〔2021〕8号",
            "search?q=pwxk": "排污许可",
            "item/1-07": "1-07",
            "item/1-07?_lang=en": 'lang="en"',
            "static/search.css": "{",
        }.items():
            with urllib.request.urlopen(address[0] + path, timeout=30) as answer:
                page = answer.read().decode("utf-8")
                assert answer.status == 200, path
                assert told in page, path
    finally:
        server.terminate()
        server.communicate(timeout=60)


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
