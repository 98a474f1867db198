"""Standard streams as a shell hands them over: closed, full, cut off, redirected, a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.running import environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="shells of POSIX")

PROGRAM = f"{shlex.quote(sys.executable)} -m registry"


@pytest.fixture
def db(bare: Path, tmp_path: Path) -> Path:
    path = tmp_path / "registry.db"
    path.write_bytes(bare.read_bytes())
    return path


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Run]:
    """Run a line of bash in <tmp_path>, in which `registry` is the program."""

    def call(line: str, **env: str) -> Run:
        done = subprocess.run(
            ["bash", "-c", f'registry() {{ {PROGRAM} "$@"; }}; {line}'],
            cwd=tmp_path,
            env=environment(env),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


CUT_OFF = (
    "registry audit --as-of 2021-05-28 --fail-on never --all --format jsonl | head -1",
    "registry audit --as-of 2021-05-29 --all | head -1",
    "registry rules | true",
    "registry rules 2>&1 | true",
    "registry --help | true",
    "registry audit --help | true",
    "registry audit --fail-on never --format csv -o /dev/stdout | true",
)


@pytest.mark.parametrize("line", CUT_OFF)
@pytest.mark.usefixtures("db")
def test_a_reader_that_has_seen_enough_is_no_error(shell: Callable[..., Run], line: str) -> None:
    done = shell(line + " >/dev/null; exit ${PIPESTATUS[0]}")
    assert (done.rc, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("registry rules >&-", 0),
        ("registry rules <&- >&- 2>&-", 0),
        ("registry audit --as-of 2021-05-28 >&-", 0),
        ("registry audit --as-of 2021-05-29 >&- 2>&-", 1),
        ("registry show 9-99 >&- 2>&-", 2),
        ("registry audit --fromat x 2>&-", 2),
        ("registry rules >/dev/full", 2),
        ("registry rules >/dev/full 2>&1", 2),
    ],
)
def test_streams_that_are_closed_or_full(
    shell: Callable[..., Run], db: Path, line: str, code: int
) -> None:
    before = db.read_bytes()[:16]
    done = shell(line)
    assert done.rc == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert db.read_bytes()[:16] == before, "no output went into the registry"


def test_an_interruption_leaves_with_130(db: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # which nobody reads: the command waits for ever
    words = ("audit", "--as-of", "2021-05-28", "--format", "csv", "-o", "pipe")
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", *words],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
    )
    time.sleep(3)
    err = b""
    for _time in range(8):  # one that comes within a call of SQLite's or the system's is lost
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _out, err = process.communicate(timeout=5)
            break
    assert process.returncode == 130, err
    assert err.decode().strip() == "Interrupted."


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-16", "latin-1:strict"])
@pytest.mark.usefixtures("db")
def test_what_is_redirected_is_utf_8_whatever_the_console_is(
    shell: Callable[..., Run], tmp_path: Path, encoding: str
) -> None:
    line = (
        "registry audit --as-of 2021-05-29 --format {form} {bom} > seen;"
        " registry report latest --format {form} {bom} -o file"
    )
    for form, bom in (("csv", "--bom"), ("json", ""), ("markdown", "")):
        done = shell(line.format(form=form, bom=bom), PYTHONIOENCODING=encoding)
        assert done.stderr == ""
        seen = (tmp_path / "seen").read_bytes()
        assert seen == (tmp_path / "file").read_bytes()
        assert "取水许可" in seen.decode()
        if form == "csv":
            assert seen.startswith("﻿Code,".encode())
            assert next(csv.reader(io.StringIO(seen.decode("utf-8-sig"))))[0] == "Code"
        if form == "json":
            assert json.loads(seen)["schema"] == 2


@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
@pytest.mark.usefixtures("db")
def test_a_terminal_that_lacks_a_character_shows_a_mark(tmp_path: Path, encoding: str) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", "--lang", "zh", "show", "1-05"],
        cwd=tmp_path,
        env=environment({"PYTHONIOENCODING": encoding}),
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    try:
        while block := os.read(ours, 65536):
            seen += block
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(20) == 0
    assert "1-05" in seen.decode(encoding)
    assert ("?" in seen.decode(encoding)) == (encoding == "latin-1")


@pytest.mark.usefixtures("db")
def test_output_options_write_into_what_is_no_file(shell: Callable[..., Run]) -> None:
    audit = "registry audit --as-of 2021-05-28 --format csv --fail-on never -o"
    plain = shell("registry audit --as-of 2021-05-28 --format csv --fail-on never").stdout
    assert plain.startswith("Code,")
    assert shell(f"{audit} /dev/stdout").stdout == plain
    assert shell(f"{audit} /dev/stdout | cat").stdout == plain
    assert shell(f"{audit} /dev/null; test -c /dev/null && echo still").stdout == "still\n"
    into = shell(f"echo before > kept; {audit} /dev/stdout >> kept; cat kept").stdout
    assert into == "before\n" + plain
    piped = shell(f"mkfifo p; (cat p > got) & {audit} p; wait; test -p p && cat got").stdout
    assert piped == plain


@pytest.mark.parametrize(
    "words",
    [
        ("show", b"\xff"),
        ("load", "annex", b"gone\xff\xc3\xfb.csv"),
        ("load", "annex", "a.csv", "--source", b"\xff"),
        ("query", "x", "-p", b"a=\xff"),
        ("audit", "--department", b"\xff"),
        ("audit", b"--\xff"),
        (b"\xff",),
        ("--db", b"\xff.db", "audit"),
    ],
)
@pytest.mark.usefixtures("db")
def test_bytes_that_are_no_utf_8(tmp_path: Path, words: tuple[str | bytes, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "registry", *words],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert "\\xff" in done.stderr.decode()
    assert "is not UTF-8. Rename the file" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.usefixtures("db")
def test_a_file_whose_name_is_gbk_is_read_and_told_as_text(tmp_path: Path) -> None:
    """As archives of old systems leave them: the name is stored as what it was."""
    name = os.fsdecode("清单.csv".encode("gbk"))
    rows = "序号,事项名称,权力类型,实施部门,赋权方式\n1,取水许可,行政许可,市水利局,委托下放\n"
    (tmp_path / name).write_text(rows, encoding="utf-8")
    words = ("load", "annex", name, "--annex", "1", "--replace", "--scope", "全部")
    command = (sys.executable, "-m", "registry", *words)
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    with closing(sqlite3.connect(tmp_path / "registry.db")) as conn:
        kept = conn.execute("SELECT file FROM annex_load").fetchall()
    assert kept == [("清单.csv",)]
    waivers = os.fsdecode(b"w\xff.yml")
    for form in ("json", "csv"):
        report = subprocess.run(
            [*command[:3], "audit", "--waivers", waivers, "--format", form],
            cwd=tmp_path, env=environment(), capture_output=True, check=False,
        )  # fmt: skip
        assert report.returncode == 2, "it is not there"
        assert b"Traceback" not in report.stderr
