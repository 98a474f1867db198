"""Waivers by other names of the file at once, in odd files, and when the disk is full."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.attacks.attacking import clean
from tests.running import Run

pytestmark = pytest.mark.long

WAIVE = ("--reason", "r", "--approver", "a", "--expires", "2027-01-01")
SUBJECTS = [f"1-{n:02}-{zone}" for n in (1, 2, 3) for zone in ("east", "west")]


def subjects(path: Path) -> set[str]:
    """Whose waivers a file has, without their instruments."""
    found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    return {one["subject"].rpartition(":")[2] for one in found}


def test_at_once_by_different_names(
    lived: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """By a link, an absolute path, a path with dots, from different folders: all are kept."""
    real = tmp_path / "disk" / "waivers.yml"
    real.parent.mkdir()
    real.write_text("# ours\n[]\n", encoding="utf-8")
    (tmp_path / "waivers.yml").symlink_to(real)
    names = ["waivers.yml", str(real), "disk/../waivers.yml", "./disk/waivers.yml"]
    started = [
        start("waive", "HBK001", one, *WAIVE, "--waivers", names[n % len(names)])
        for n, one in enumerate(SUBJECTS)
    ]
    for one in started:
        _out, err = one.communicate(timeout=120)
        assert b"Traceback" not in err
        assert one.returncode == 0, err
    assert subjects(real) == set(SUBJECTS)
    assert "# ours" in real.read_text(encoding="utf-8")
    assert (tmp_path / "waivers.yml").is_symlink()


OLD = """- rule: HBK001
  subject: 1-04-east
  reason: 旧
  approver: 甲
  issued: 2026-01-01
  expires: 2026-12-31
"""
FLOW = (
    "[{rule: HBK001, subject: 1-04-east, reason: 旧, approver: 甲,"
    " issued: 2026-01-01, expires: 2026-12-31}]"
)
FILES = {
    "empty": b"",
    "only a comment": "# 无\n".encode(),
    "null": b"null\n",
    "no last line end": OLD.rstrip("\n").encode(),
    "CRLF": OLD.replace("\n", "\r\n").encode(),
    "old Mac": OLD.replace("\n", "\r").encode(),
    "BOM": b"\xef\xbb\xbf" + OLD.encode(),
    "GB18030": OLD.encode("gb18030"),
    "UTF-16": OLD.encode("utf-16"),
    "flow": FLOW.encode(),
    "flow and a comment": (FLOW + "  # 完").encode(),
    "document marks": ("%YAML 1.1\n---\n" + OLD + "...\n").encode(),
    "two documents": (OLD + "---\n" + OLD).encode(),
    "indented": ("  " + OLD.replace("\n", "\n  ").rstrip(" ")).encode(),
    "comment at the end": (OLD + "# 到此为止\n\n\n").encode(),
    "a block text at the end": OLD.replace("reason: 旧", "reason: |\n    旧\n\n    又\n").encode(),
    "anchor": OLD.replace("reason: 旧", "reason: &r 旧").encode(),
    "no list": b"rule: HBK001\n",
    "tab": OLD.replace("  subject", "\tsubject").encode(),
    "cut off": OLD.encode()[:-7],
}


@pytest.mark.parametrize("kind", FILES)
def test_files_of_every_form(
    lived: Path, tmp_path: Path, run: Callable[..., Run], kind: str
) -> None:
    """One waiver more keeps the one that was there, or the file stays to the byte."""
    path = tmp_path / "waivers.yml"
    path.write_bytes(FILES[kind])
    had = b"1-04-east" in FILES[kind]
    ended = run("waive", "HBK001", "1-03-east", *WAIVE)
    clean(ended, 0, 2)
    if ended.rc == 2:
        assert path.read_bytes() == FILES[kind]
        assert "waivers.yml" in ended.stderr
        return
    text = path.read_bytes()
    assert b"1-03-east" in text
    assert not had or b"1-04-east" in text
    for comment in ("# 无", "# 完", "# 到此为止"):
        assert comment.encode() not in FILES[kind] or comment.encode() in text
    read = run("audit", "--as-of", "2026-06-30", "--fail-on", "never", "--select", "HBK001")
    clean(read, 0)
    again = run("waive", "HBK001", "1-03-west", *WAIVE)
    clean(again, 0)
    assert path.read_bytes().count(b"1-03-") == 2


FULL = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.argv[0] = "registry"
runpy.run_module("registry", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_disk_full(lived: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    """A file that can't grow stays as it was, and what is there is said; afterwards it goes on."""
    path = tmp_path / "waivers.yml"
    path.write_text(OLD + "# " + "x" * 5_000 + "\n", encoding="utf-8")
    before = path.read_bytes()
    for limit in (1_000, len(before), len(before) + 50):
        ended = run("waive", "HBK001", "1-03-east", *WAIVE, program=("-c", FULL, str(limit)))
        clean(ended, 0, 1, 2)
        assert ended.rc != 0 or b"1-03-east" in path.read_bytes()
        assert ended.rc == 0 or path.read_bytes() == before
        assert subjects(path) >= {"1-04-east"}
    clean(run("waive", "HBK001", "1-03-east", *WAIVE), 0)
    assert subjects(path) == {"1-04-east", "1-03-east"}
    clean(run("verify"), 0)
    assert [name for name in os.listdir(tmp_path) if ".tmp" in name or name.endswith("~")] == []  # noqa: PTH208
