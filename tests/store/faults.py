"""An office's folder with all that commands write to, and what a fault may have done to it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from registry.audit.stored_audit import changed_runs
from registry.store.connection import connect, reading
from registry.store.log.checkpoints import Checkpoint, read_checkpoint
from registry.store.log.verification import verify
from tests.conftest import SmallRoot
from tests.running import environment

CALLS = (
    *("openat", "pwrite64", "write", "fsync", "fdatasync", "ftruncate"),
    *("rename", "unlink", "link", "mkdir", "fchmod", "chmod"),
)
"""System calls at which a process is killed: those that change what is on the disk."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*")
_OWN = {"entry", "log_state", "checkpoint", "_sqlite_migrations"}
_ADDS = {"recorded_row"}


def content(path: Path) -> str:
    """A digest of all that a registry or a publication says, without times. Raises AssertionError
    where the file is not sound."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            " ORDER BY name"
        ).fetchall()
        for (table,) in tables:
            if table in _OWN:
                continue
            columns = [
                f'"{row[1]}"'
                for row in conn.execute(f"PRAGMA table_info({table})")
                if row[1] not in ("outcome_digest", "recorded_on")
                and (table, row[1]) != ("ledger_import", "sha256")  # of what has a time in it
            ]
            rows = conn.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall()
            for row in sorted(rows, key=repr):
                if table == "meta" and row[0] in ("built_at", "identity", "data_digest"):
                    continue
                digest.update(_TIME.sub("TIME", repr((table, row))).encode())
    return digest.hexdigest()


def problems(path: Path, held: Sequence[Checkpoint] = ()) -> list[str]:
    """What `registry verify` says of a file."""
    with closing(connect(path)) as conn, reading(conn):
        found = verify(conn, held)
        return [*found.problems, *(changed_runs(conn) if found.head.entries else ())]


def _publication(folder: Path) -> str:
    name = (folder / "current").read_text().strip()
    data = (folder / name).read_bytes()
    assert hashlib.sha256(data).hexdigest()[:16] in name
    with closing(sqlite3.connect(folder / name)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return name


def _letters(folder: Path) -> str:
    for path in folder.glob("letters/*.docx"):
        assert zipfile.ZipFile(path).testzip() is None
    return str(sorted(path.name for path in folder.glob("letters/*.docx")))


def _optional(path: Path, state: Callable[[Path], str]) -> str:
    return state(path) if path.exists() else "none"


def _verified(path: Path) -> str:
    assert problems(path) == []
    return content(path)


@dataclass(frozen=True)
class Operation:
    """A command, and how the state is told of what it writes."""

    words: tuple[str, ...]
    state: Callable[[Path], str]
    again: bool = True
    stdin: bytes = b""
    partly: bool = False
    """Whether it writes several files, each of them whole, and may have written some."""


def _db(folder: Path) -> str:
    return _verified(folder / "registry.db")


_HANDBOOK = ("--zone", "east", "--items", "1-01", "--on", "2021-06-20", "--document", "手册.pdf")
OPERATIONS = {
    "build": Operation(
        ("--db", "new.db", "build", "--demo", "--data", "small"),
        lambda f: _optional(f / "new.db", _verified),
    ),
    "build --fresh": Operation(("build", "--demo", "--fresh", "--data", "small2"), _db),
    "load annex": Operation(("load", "annex", "--annex", "2", "--replace", "list.csv"), _db),
    "load instrument": Operation(("load", "instrument", "small3/test-1"), _db),
    "ledger import": Operation(("ledger", "import", "filled.xlsx"), _db),
    "record proof": Operation(("record", "proof", "handbook", *_HANDBOOK), _db, again=False),
    "void": Operation(("void", "agreement", "示例1号", "--why", "错误"), _db, again=False),
    "audit": Operation(("audit", "--as-of", "2021-07-30", "--fail-on", "never"), _db),
    "waive": Operation(
        (
            "waive",
            "AGR001",
            "1-02-west",
            "--reason",
            "理由",
            "--approver",
            "审批人",
            "--expires",
            "2027-01-01",
        ),
        lambda f: hashlib.sha256((f / "waivers.yml").read_bytes()).hexdigest(),
    ),
    "publish": Operation(
        ("publish", "--to", "pub", "--demo", "--as-of", "2021-07-01"),
        lambda f: _publication(f / "pub"),
    ),
    "publish --internal": Operation(
        ("publish", "--internal", "--to", "int"), lambda f: _publication(f / "int") and "whole"
    ),
    "letters": Operation(
        ("letters", "-o", "letters", "--as-of", "2021-07-30"), _letters, partly=True
    ),
    "user add": Operation(
        ("user", "add", "zhao", "--role", "office", "--password-stdin"),
        lambda f: str(
            [
                user["name"]
                for user in json.loads((f / "registry-internal" / "users.json").read_text())[
                    "users"
                ]
            ]
        ),
        stdin="雨后的长街 空无一人 灯火\n".encode(),
    ),
    "backup": Operation(("backup", "copy.db"), lambda f: _optional(f / "copy.db", _verified)),
    "restore": Operation(("restore", "backup.db"), _db),
    "checkpoint": Operation(
        ("checkpoint", "-o", "points"),
        lambda f: str([read_checkpoint(p).head.entries > 0 for p in f.glob("points/*.txt")]),
    ),
    "log export": Operation(
        ("log", "export", "log.jsonl"),
        lambda f: _optional(f / "log.jsonl", lambda p: str(p.read_bytes().count(b"\n"))),
    ),
    "ledger export": Operation(
        ("ledger", "export", "--all", "-o", "books"),
        lambda f: str(
            [(p.name, zipfile.ZipFile(p).testzip()) for p in sorted(f.glob("books/*.xlsx"))]
        ),
        partly=True,
    ),
}


def make_office(folder: Path) -> None:
    """Fill a folder with what the operations need."""
    (folder / "small").mkdir()
    root = SmallRoot(folder / "small")
    root.ledger["agreements"] = [root.agreement()]
    root.write()
    shutil.copytree(folder / "small", folder / "small2")
    changed = SmallRoot(folder / "small2")
    changed.annexes[1].pop()
    changed.ledger["agreements"] = [changed.agreement()]
    changed.write()
    shutil.copytree(folder / "small", folder / "small3")
    reworded = SmallRoot(folder / "small3")
    reworded.instrument["clauses"][0]["text"] += "（更正）"
    reworded.ledger["agreements"] = [reworded.agreement()]
    reworded.write()
    rows = [
        "序号,事项名称,事项类型,市级部门,赋权方式",
        *(f"{n},事项2-{n},行政处罚,市丙局,原直接实施" for n in (1, 2, 3)),
    ]
    (folder / "list.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for words in (
        ("build", "--demo", "--data", "small"),
        ("backup", "backup.db"),
        ("audit", "--as-of", "2021-06-30", "--fail-on", "never"),
        ("publish", "--to", "pub", "--demo", "--as-of", "2021-06-01"),
        ("publish", "--internal", "--to", "int"),
        (
            "waive",
            "AGR001",
            "1-02-east",
            "--reason",
            "r",
            "--approver",
            "a",
            "--expires",
            "2027-01-01",
        ),
        ("ledger", "export", "--zone", "east", "-o", "filled.xlsx", "--as-of", "2021-07-30"),
    ):
        done = call(folder, words)
        assert done.returncode == 0, (words, done.stderr.decode())
    done = call(
        folder,
        ("user", "add", "qian", "--role", "office", "--password-stdin"),
        OPERATIONS["user add"].stdin,
    )
    assert done.returncode == 0, done.stderr.decode()
    import openpyxl

    book = openpyxl.load_workbook(folder / "filled.xlsx")
    for row in book["Obligations"].iter_rows(min_row=6):
        if str(row[0].value).endswith("/handbook"):
            row[9].value, row[10].value = "2021-06-20", "手册.pdf"
    book.save(folder / "filled.xlsx")
    with closing(sqlite3.connect(folder / "registry.db")) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")


def call(
    folder: Path,
    words: Sequence[str],
    stdin: bytes = b"",
    before: Sequence[str] = (),
    limit: int | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command there. `before`: what it is run by; `limit`: bytes of the largest file."""

    def limited() -> None:
        import resource

        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [*before, sys.executable, "-B", "-m", "registry", *words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=120,
        env=environment({"COLUMNS": "100"}),
        preexec_fn=limited if limit is not None else None,
    )


def killed_at(name: str, number: int) -> list[str]:
    """What runs a command and kills it at that call of that name."""
    return [
        *("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={name}"),
        *("-e", f"inject={name}:signal=KILL:when={number}"),
    ]


def calls_of(folder: Path, operation: Operation) -> dict[str, list[int]]:
    """System call → the numbers of those of the operation that change something."""
    log = folder / "calls.log"
    tracing = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        str(log),
        "-e",
        f"trace={','.join(CALLS)}",
    ]
    done = call(folder, operation.words, operation.stdin, tracing)
    assert done.returncode == 0, done.stderr.decode()
    counted: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"\d+\s+(\w+)\(", line):
            counted[match[1]] = counted.get(match[1], 0) + 1
            if match[1] != "openat" or "O_CREAT" in line:
                found.setdefault(match[1], []).append(counted[match[1]])
    log.unlink()
    return found


@dataclass
class Tally:
    """What came of the faults of one kind."""

    tried: int = 0
    as_before: int = 0
    done: int = 0
    other: list[str] = field(default_factory=list)
