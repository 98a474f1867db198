"""Permissions and links of files that commands write anew."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.checks import asked, done, whole
from tests.conftest import SmallRoot, write_csv
from tests.running import Run, environment

Runner = Callable[..., Run]

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's"), pytest.mark.long]


def mode(path: Path) -> int:
    """The permissions of a file, or of what a link leads to."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """As a careless administrator: whatever is made, all may write."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def working(small_root: SmallRoot, tmp_path: Path) -> Path:
    """Build a small registry that only its owner may read."""
    path = small_root.build(db=tmp_path / "registry.db").path
    path.chmod(0o600)
    return path


@pytest.mark.usefixtures("open_umask")
def test_secret_copies(working: Path, run: Runner, tmp_path: Path) -> None:
    """A backup, what a restore sets aside and what a load writes are as secret as the registry."""
    done(run("backup", "kept.db"))
    assert mode(tmp_path / "kept.db") == 0o600
    words = ("--zone", "east", "--items", "1-01", "--on", "2021-05-20")
    done(run("record", "proof", "handbook", *words))
    assert mode(working) == 0o600
    done(run("restore", "kept.db"))
    assert mode(working) == 0o600
    done(run("audit", "--as-of", "2021-06-30", "--fail-on", "never"))
    done(run("build", "--data", "small", "--fresh"))
    for path in tmp_path.glob("*.db*"):
        assert mode(path) == 0o600, path
    done(run("audit", "--as-of", "2021-06-30", "--fail-on", "never"))
    done(run("publish", "--internal", "-o", "office.db"))
    assert mode(tmp_path / "office.db") == 0o600
    done(run("publish", "--internal", "--to", "offices"))
    files = [path for path in (tmp_path / "offices").iterdir() if path.suffix == ".db"]
    assert files
    assert [mode(path) for path in files] == [0o600] * len(files)
    env = environment()
    words = ("user", "add", "zz", "--role", "office", "--password-stdin")
    subprocess.run(
        [sys.executable, "-m", "registry", *words],
        cwd=tmp_path,
        env=env,
        input=b"correct horse battery 77\n",
        check=True,
        capture_output=True,
    )
    state = tmp_path / "registry-internal"
    assert mode(state) == 0o700
    for path in state.rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


OUTPUTS = {
    "audit.csv": ("audit", "--as-of", "2021-06-30", "--fail-on", "never", "--format", "csv", "-o"),
    "audit.xlsx": (
        "audit",
        "--as-of",
        "2021-06-30",
        "--fail-on",
        "never",
        "--format",
        "xlsx",
        "-o",
    ),
    "audit.html": (
        "audit",
        "--as-of",
        "2021-06-30",
        "--fail-on",
        "never",
        "--format",
        "html",
        "-o",
    ),
    "due.ics": ("due", "--as-of", "2021-05-20", "--format", "ics", "-o"),
    "letters.zip": ("letters", "--as-of", "2021-06-30", "-o"),
    "progress.docx": ("progress", "--as-of", "2021-06-30", "--format", "docx", "-o"),
    "evaluate.xlsx": ("evaluate", "--as-of", "2021-06-30", "--format", "xlsx", "-o"),
    "powers.json": ("powers", "east", "--on", "2021-06-30", "--format", "json", "-o"),
    "ledger.xlsx": ("ledger", "export", "--zone", "east", "--as-of", "2021-06-30", "-o"),
    "catalogue.db": ("publish", "--as-of", "2021-06-30", "-o"),
    "backup.db": ("backup",),
    "report.json": (
        *("load", "annex", "list.csv", "--annex", "1", "--replace", "--dry-run", "--report"),
    ),
    "answered.csv": ("can", "--batch", "cases.csv", "-o"),
    "compared.xlsx": ("compare", "list.csv", "--annex", "1", "--format", "xlsx", "-o"),
}


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_over_files_and_links(
    name: str, working: Path, small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    """What takes a file's place keeps its permissions, and goes where its links lead."""
    write_csv(tmp_path / "list.csv", small_root.annexes[1])
    write_csv(
        tmp_path / "cases.csv",
        [{"zone": "east", "item": "1-01", "act": "accept", "on": "2021-07-01"}],
    )
    (tmp_path / "real").mkdir()
    (tmp_path / "links").mkdir()
    real, middle, target = tmp_path / "real" / name, tmp_path / "links" / name, tmp_path / name
    done(run(*OUTPUTS[name], real))
    fresh = real.read_bytes()
    assert fresh
    if name != "backup.db":
        if name != "catalogue.db":  # only a publication is replaced by another
            real.write_bytes(b"old")
        real.chmod(0o640)
    else:
        real.unlink()
    middle.symlink_to(real)
    target.symlink_to(Path("links") / name)
    one = run(*OUTPUTS[name], name)
    if name == "backup.db":
        assert one.rc in (0, 2), one
        assert target.is_symlink()
        return
    assert one.rc in (0, 1), one
    assert target.is_symlink()
    assert middle.is_symlink()
    assert not real.is_symlink()
    assert mode(real) == 0o640
    assert real.read_bytes()[:4] == fresh[:4]
    left = {path.name for path in (tmp_path / "real").iterdir()}
    left |= {path.name for path in (tmp_path / "links").iterdir()}
    assert left == {name}


@pytest.mark.parametrize("link", [False, True])
def test_settings_of_odd_modes_stay(link: bool, working: Path, run: Runner, tmp_path: Path) -> None:
    """Waivers of several modes, by a link of a link, keep mode, owner, link and every comment."""
    done(run("audit", "--as-of", "2021-06-30", "--fail-on", "never"))
    (subject,) = asked(working, "SELECT code, subject_id FROM finding WHERE status='alarm' LIMIT 1")
    place = tmp_path / "waivers.yml"
    if link:
        (tmp_path / "real").mkdir()
        place = tmp_path / "real" / "w.yml"
        (tmp_path / "middle.yml").symlink_to("real/w.yml")
        (tmp_path / "waivers.yml").symlink_to(tmp_path / "middle.yml")
    for number, wanted in enumerate((0o600, 0o640, 0o664, 0o400)):
        place.write_bytes("# 本单位的说明\r\n".encode())
        place.chmod(wanted)
        owner = place.stat().st_uid, place.stat().st_gid
        one = run(
            *("waive", *subject, "--reason", f"r{number}", "--approver", "a"),
            *("--issued", "2021-06-01", "--expires", "2021-12-31"),
        )
        done(one)
        assert mode(place) == wanted
        assert (place.stat().st_uid, place.stat().st_gid) == owner
        text = place.read_bytes().decode()
        assert text.startswith("# 本单位的说明\r\n")
        assert f"r{number}" in text
        assert "\n" not in text.replace("\r\n", "")
        assert (tmp_path / "waivers.yml").is_symlink() == link
    assert whole(working)
    folder = place.parent
    assert not [path.name for path in folder.iterdir() if "waivers" in path.name and path != place]


def test_registry_behind_links(working: Path, run: Runner, tmp_path: Path) -> None:
    """A registry that is a link of a link is restored and built where it lies, and stays a link."""
    (tmp_path / "store").mkdir()
    real = tmp_path / "store" / "data.db"
    working.rename(real)
    (tmp_path / "middle.db").symlink_to("store/data.db")
    working.symlink_to("middle.db")
    done(run("backup", "kept.db"))
    done(run("audit", "--as-of", "2021-06-30", "--fail-on", "never"))
    done(run("restore", "kept.db"))
    assert working.is_symlink()
    assert (tmp_path / "middle.db").is_symlink()
    assert not real.is_symlink()
    assert asked(working, "SELECT count(*) FROM run") == [(0,)]
    done(run("build", "--data", "small", "--fresh"))
    assert working.is_symlink()
    assert not real.is_symlink()
    assert mode(real) == 0o600
    aside = [path for path in (*tmp_path.rglob("*-2*.db*"),) if not path.is_symlink()]
    assert aside
    assert [mode(path) for path in aside] == [0o600] * len(aside)
