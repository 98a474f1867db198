"""`make bundle`: on a machine without a network it installs, builds, publishes and serves."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest

from bundle.wheels import NO_NETWORK, glibc_needed
from tests.conftest import ROOT

KEPT = ROOT / "build" / "bundle" / f"wheels-{sys.version_info.major}{sys.version_info.minor}"
"""Wheels of an earlier run, so that not each run fetches forty of them."""

STEPS = """
set -eu
{loopback}
sh install.sh
status=0
venv/bin/registry audit --as-of 2021-06-30 >audit.txt || status=$?
test $status -eq 1
venv/bin/registry publish --to public --as-of 2021-06-30
venv/bin/python - <<'END'
import re, subprocess, urllib.request
server = subprocess.Popen(
    ["venv/bin/registry", "serve", "public", "--port", "0"], stderr=subprocess.PIPE, text=True
)
try:
    address = re.search("http://[^ ]+", server.stderr.readline())[0].strip()
    for path in ("", "search?q=pwxk", "item/1-07"):
        with urllib.request.urlopen(address + path) as answer:
            print("PAGE", answer.status, path, len(answer.read()))
finally:
    server.terminate()
    server.wait(30)
END
"""


def has_namespaces() -> bool:
    """Whether this machine lets us have a network of our own, with nothing in it."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(
        ["unshare", "-rn", "ip", "link", "set", "lo", "up"], capture_output=True, check=False
    )
    return done.returncode == 0


def run_without_network(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script where there is no network; failing that, where nothing can be fetched."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REGISTRY_", "PIP_"))}
    environment = {**kept, "REGISTRY_LANG": "en", "PYTHON": sys.executable, "TMPDIR": str(folder)}
    command = ["sh", "-c", script.replace("{loopback}", "")]
    if has_namespaces():
        command = ["unshare", "-rn", "sh", "-c", script.replace("{loopback}", "ip link set lo up")]
    else:
        warnings.warn("no network namespaces here: proxies lead nowhere instead", stacklevel=2)
        nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
        environment |= {**nowhere, "no_proxy": "127.0.0.1", "PIP_NO_INDEX": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def check_contents(folder: Path) -> None:
    """Nothing is missing, and nothing of this machine is in it."""
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {"README.txt", "install.sh", "datasette-metadata.yml", "docs/cli.md"} <= names
    assert {"data/calendar/2021.yml", "data/liaocheng-2021-8/annex2.csv"} <= names
    unwanted = [n for n in names if "__pycache__" in n or n.endswith((".pyc", ".db", ".py"))]
    assert unwanted == []
    wheels = [Path(name).name for name in names if name.endswith(".whl")]
    for needed in ("delegated_authority_registry-", "datasette-", "pdfplumber-", "pip-"):
        assert sum(wheel.startswith(needed) for wheel in wheels) == 1, needed
    assert not any(wheel.startswith(("mypy-", "pytest-", "ruff-")) for wheel in wheels)

    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in sums)}
    assert list(told) == sorted(names - {"SHA256SUMS"})
    for name, digest in told.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name

    for name in names:
        content = (folder / name).read_bytes()
        if name.endswith(".whl"):
            with zipfile.ZipFile(folder / name) as wheel:
                assert not any(inner.endswith("direct_url.json") for inner in wheel.namelist())
        else:
            for told_of in (str(ROOT).encode(), b"--index-url", b"pypi.org", b"file:///"):
                assert told_of not in content, (name, told_of)
    assert "@" not in (folder / "README.txt").read_text(encoding="utf-8")


# One test, because what it makes is made once for each worker that needs it.
@pytest.mark.long
def test_the_bundle_works_without_a_network(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "bundle.make", "--to", tmp_path, "--wheels", KEPT],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if made.returncode == NO_NETWORK and not os.environ.get("CI"):
        pytest.skip("no network, and no wheels from an earlier run")
    assert made.returncode == 0, made.stderr
    (path,) = tmp_path.glob("*-bundle.tar.gz")
    with tarfile.open(path) as archive:
        entries = archive.getmembers()
        assert [e.name for e in entries] == sorted(e.name for e in entries)
        assert {(e.uid, e.gid, e.uname, e.gname) for e in entries} == {(0, 0, "", "")}
        archive.extractall(tmp_path)
    folder = tmp_path / path.name.removesuffix(".tar.gz")
    check_contents(folder)

    done = run_without_network(folder, STEPS)
    assert done.returncode == 0, done.stderr
    assert "1,794 of 1,794" in done.stdout
    assert done.stdout.count("PAGE 200") == 3
    assert "安装完成" in done.stdout
    assert not list((folder / "venv").rglob("direct_url.json"))

    (tmp_path / "elsewhere").mkdir()
    again = run_without_network(folder, 'sh install.sh "$PWD/../elsewhere"')
    assert again.returncode == 1
    assert "nothing is installed" in again.stderr
    (folder / "data" / "calendar" / "2021.yml").write_text("changed", encoding="utf-8")
    shutil.rmtree(folder / "venv")
    changed = run_without_network(folder, "sh install.sh")
    assert changed.returncode == 1
    assert "data/calendar/2021.yml" in changed.stderr
    assert "Copy it again" in changed.stderr
    assert not (folder / "venv").exists()


def test_the_c_library_that_wheels_need_is_told() -> None:
    wheels = ["a-1-py3-none-any.whl", "b-1-cp311-cp311-manylinux2014_x86_64.whl"]
    assert glibc_needed(wheels[:1]) == ""
    assert glibc_needed(wheels) == "2.17"
    both = "c-1-cp311-cp311-manylinux1_x86_64.manylinux_2_28_x86_64.manylinux_2_5_x86_64.whl"
    assert glibc_needed([*wheels, both]) == "2.17"
    assert glibc_needed([*wheels, "d-1-cp311-abi3-manylinux_2_34_x86_64.whl"]) == "2.34"
