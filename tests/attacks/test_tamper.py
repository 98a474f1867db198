"""Rows, triggers and history changed by somebody who takes the triggers away and puts them back."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, rows
from tests.conftest import SEED, amount
from tests.running import Run

pytestmark = pytest.mark.long

NOT_RECORDS = {"_sqlite_migrations", "as_of"}
"""Which migrations ran is of the file, not of its records."""


@contextmanager
def unseen(file: Path) -> Iterator[sqlite3.Connection]:
    """Write to a file without its triggers, which stand there again afterwards."""
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        triggers = conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("PRAGMA ignore_check_constraints = ON")
        conn.execute("BEGIN")
        for name, _sql in triggers:
            conn.execute(f'DROP TRIGGER "{name}"')
        yield conn
        for _name, sql in triggers:
            conn.execute(sql)
        conn.execute("COMMIT")


def with_rows(file: Path) -> list[str]:
    """Tables that have rows."""
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    return sorted(
        name
        for (name,) in rows(file, sql)
        if name not in NOT_RECORDS and rows(file, f'SELECT 1 FROM "{name}" LIMIT 1')
    )


@pytest.mark.long
def test_last_row_of_every_table_taken_away(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """`verify` with a checkpoint notices a row that is gone, of whatever table."""
    clean(run("checkpoint", "-o", "kept"), 0)
    (held,) = (tmp_path / "kept").iterdir()
    sound, silent = lived.read_bytes(), []
    every = with_rows(lived)
    for table in random.Random(SEED).sample(every, min(len(every), amount(4, 12, len(every)))):
        lived.write_bytes(sound)
        with unseen(lived) as conn:
            gone = conn.execute(
                f'DELETE FROM "{table}" WHERE rowid = (SELECT max(rowid) FROM "{table}")'
                if "WITHOUT ROWID" not in _sql_of(lived, table)
                else f'DELETE FROM "{table}"'
            ).rowcount
        assert gone
        ended = run("verify", "--against", held)
        clean(ended, 0, 1, 2)
        if ended.rc == 0:
            silent.append(table)
    assert silent == []


def _sql_of(file: Path, table: str) -> str:
    return str(rows(file, "SELECT sql FROM sqlite_schema WHERE name = ?", table)[0][0])


@pytest.mark.long
def test_a_text_of_every_table_changed(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """`verify` with a checkpoint notices a cell that is another, of each column that holds one."""
    clean(run("checkpoint", "-o", "kept"), 0)
    (held,) = (tmp_path / "kept").iterdir()
    sound, silent = lived.read_bytes(), []
    for table in ["finding", "run", "agreement"]:
        columns = rows(lived, "SELECT name, type, pk FROM pragma_table_info(?)", table)
        for column, kind, key in columns:
            found = f'"{column}" IS NOT NULL'
            if key or not rows(lived, f'SELECT 1 FROM "{table}" WHERE {found}'):
                continue
            lived.write_bytes(sound)
            name = f'"{column}"'
            changed = f"1 - {name}" if kind == "INTEGER" else f"{name} || 'x'"
            first = f"rowid = (SELECT min(rowid) FROM {table} WHERE {found})"
            with unseen(lived) as conn:
                conn.execute(f"UPDATE {table} SET {name} = {changed} WHERE {first}")
            ended = run("verify", "--against", held)
            clean(ended, 0, 1, 2)
            if ended.rc == 0:
                silent.append(f"{table}.{column}")
    assert silent == []


TRICKS = {
    "a trigger that hides findings": "CREATE TRIGGER z AFTER INSERT ON finding"
    " WHEN new.code = 'AGR001' BEGIN DELETE FROM finding WHERE rowid = new.rowid; END",
    "a trigger that logs falsely": "CREATE TRIGGER z AFTER INSERT ON entry"
    " BEGIN UPDATE item SET name = 'x' WHERE id = '1-01'; END",
    "two rows swapped in the log": "UPDATE entry SET body = CASE seq"
    " WHEN 7000 THEN (SELECT body FROM entry WHERE seq = 7001)"
    " ELSE (SELECT body FROM entry WHERE seq = 7000) END WHERE seq IN (7000, 7001)",
    "who it was": """UPDATE entry SET body = replace(body, '"by":"', '"by":"x')
        WHERE body LIKE '%"by":"%'""",
    "the log's last line": "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
    "a run put in": "INSERT INTO run SELECT 9, '2021-09-01', started_at, instrument, filters,"
    " data_digest, rules_digest, examined, outcome_digest FROM run WHERE no = 1",
    "a run moved": "UPDATE run SET no = 7 WHERE no = 2",
    "a finding of one run given to another": "UPDATE finding SET run = 2 WHERE rowid ="
    " (SELECT min(rowid) FROM finding WHERE run = 1)",
    "a whole run taken away with its findings": "DELETE FROM run WHERE no = 1",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks(lived: Path, tmp_path: Path, run: Callable[..., Run], trick: str) -> None:
    """Added triggers, swapped lines, forged and moved runs: `verify` names them; no traceback."""
    clean(run("checkpoint", "-o", "kept"), 0)
    (held,) = (tmp_path / "kept").iterdir()
    clean(run("verify", "--against", held), 0)
    with unseen(lived) as conn:
        done = conn.execute(TRICKS[trick]).rowcount
        assert done or TRICKS[trick].startswith("CREATE")
        if trick.startswith("a whole run"):
            for table in ("finding", "run_rule"):
                conn.execute(f"DELETE FROM {table} WHERE run = 1")
    ended = run("verify", "--against", held)
    clean(ended, 1, 2)
    for words in (("runs",), ("audit", "--as-of", "2021-08-01", "--fail-on", "never"),
                  ("publish", "--internal", "-o", "i.db"), ("report", "latest")):  # fmt: skip
        clean(run(*words), 0, 2)
