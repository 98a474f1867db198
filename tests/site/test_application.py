"""How a site starts, and what its answers are named by: its data, every file of the program."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from registry.site.application import digest_of_folders, program_digest
from tests.conftest import ROOT
from tests.publications import Visitor

SITE = ROOT / "registry" / "site"
KINDS = sorted({p.suffix for p in SITE.rglob("*") if p.is_file()} - {".pyc"})


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the program's part to where a test may change it."""
    target = tmp_path_factory.mktemp("program") / "site"
    return shutil.copytree(SITE, target, ignore=shutil.ignore_patterns("__pycache__"))


def test_every_library_takes_python_s_own_sqlite3(tmp_path: Path) -> None:
    """Also where another is installed, whose cursors and errors would not be those of ours."""
    (tmp_path / "pysqlite3").mkdir()
    for name in ("__init__", "dbapi2"):
        (tmp_path / "pysqlite3" / f"{name}.py").write_text("from sqlite3 import *\n")
    taken = "datasette.utils.sqlite.sqlite3 is sqlite_utils.utils.sqlite3 is sqlite3"
    code = f"import registry, datasette.utils.sqlite, sqlite_utils.utils, sqlite3; print({taken})"
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    given = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, check=True)
    assert done.stdout.split() == [b"True"]


def test_kinds_of_files_are_all_there() -> None:
    assert {".py", ".html", ".css", ".yml"} <= set(KINDS)
    assert program_digest() == program_digest()


@pytest.mark.parametrize("kind", KINDS)
def test_the_digest_changes_with_every_kind_of_file(copied: Path, kind: str) -> None:
    path = next(p for p in sorted(copied.rglob("*")) if p.suffix == kind and p.stat().st_size)
    before, content = digest_of_folders(copied), path.read_bytes()
    path.write_bytes(content + b"\n")
    assert digest_of_folders(copied) != before
    path.write_bytes(content)
    assert digest_of_folders(copied) == before


def test_the_digest_knows_names_and_not_what_python_keeps(copied: Path) -> None:
    before = digest_of_folders(copied)
    (copied / "__pycache__").mkdir()
    (copied / "__pycache__" / "site.cpython-311.pyc").write_bytes(b"kept")
    assert digest_of_folders(copied) == before
    (copied / "search" / "words.yml").rename(copied / "search" / "wordes.yml")
    assert digest_of_folders(copied) != before
    (copied / "search" / "wordes.yml").rename(copied / "search" / "words.yml")


def test_no_request_is_answered_before_the_start(published: Path, metadata: dict[str, Any]) -> None:
    visitor = Visitor(published, metadata)
    app = visitor.app.app()
    statuses: list[int] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def all_at_once() -> None:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/item/1-07",
            "raw_path": b"/item/1-07",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        await asyncio.gather(*(app(dict(scope), None, send) for _n in range(20)))

    asyncio.run(all_at_once())
    visitor.close()
    assert statuses == [200] * 20
