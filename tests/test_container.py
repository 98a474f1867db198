"""deploy/Dockerfile and what its container runs; no image is built here."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
START = DEPLOY / "container-start.sh"
SHIM = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$1" in
  build) : >"$REGISTRY_DB" ;;
  publish) [ -z "${BROKEN:-}" ] || exit 2; mkdir -p public; echo catalogue-1.db >public/current ;;
esac
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    """Run the container's program with a `registry` that notes what it is asked."""
    program = tmp_path / "bin" / "registry"
    program.parent.mkdir()
    program.write_text(SHIM, encoding="utf-8")
    program.chmod(0o755)
    volume = tmp_path / "volume"
    volume.mkdir()

    def run(**more: str) -> tuple[int, list[str]]:
        calls = tmp_path / "calls"
        calls.write_text("", encoding="utf-8")
        environment = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "REGISTRY_DB": str(volume / "registry.db"),
            "CALLS": str(calls),
        }
        done = subprocess.run(["sh", START], cwd="/", env={**environment, **more}, check=False)
        return done.returncode, calls.read_text(encoding="utf-8").splitlines()

    return run


def test_the_container_builds_once_publishes_and_serves(
    start: Callable[..., tuple[int, list[str]]],
) -> None:
    serve = "serve public --host 0.0.0.0 --port 8001"
    assert start() == (0, ["build", "publish --to public", serve])
    assert start() == (0, ["publish --to public", serve]), "the volume has a registry by now"
    assert start(BROKEN="1") == (0, ["publish --to public", serve]), "the one before is served"


def test_nothing_is_served_where_nothing_was_published(
    start: Callable[..., tuple[int, list[str]]],
) -> None:
    code, calls = start(BROKEN="1")
    assert code != 0
    assert calls == ["build", "publish --to public"]


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile, with what each says on its lines."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word, re.sub(r"\s+", " ", rest)) for word, rest in found]


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    found = instructions()
    told = dict(found)
    assert re.fullmatch(r"PYTHON=python:3\.\d+\.\d+-slim-[a-z]+", told["ARG"])
    bases = [rest for word, rest in found if word == "FROM"]
    assert bases == ["${PYTHON} AS build", "${PYTHON}"]
    assert told["USER"] == "registry"
    assert told["VOLUME"] == told["WORKDIR"] == "/var/lib/registry"
    assert "REGISTRY_DB=/var/lib/registry/registry.db" in told["ENV"]
    assert "http://127.0.0.1:8001/" in told["HEALTHCHECK"]
    assert told["EXPOSE"] == "8001"


def test_all_that_the_image_is_made_of_is_there_and_sent() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if "!" in line}
    copied = [rest.split() for word, rest in instructions() if word == "COPY"]
    sources = {
        name
        for words in copied
        if not words[0].startswith("--from")
        for name in words[:-1]
        if not name.startswith("--")
    }
    assert sources <= sent
    for name in sources:
        assert (ROOT / name).exists(), name
    # What the wheel is built from (pyproject.toml) has to be among it.
    assert {"registry", "data", "datasette-metadata.yml", "hatch_build.py", "README.md"} <= sources
