"""The process that runs one query of a reader's: it reads one file, answers, and ends.

It is told everything on standard input, as JSON, and answers on standard output with a line of
JSON for each part: the columns, rows in parts, and the end or the error. Whatever SQLite does in a
single operation, the process can be ended from outside (`sql_process`); the limits here only make
that rare.

Imports little, as it is started for every query.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any, Final

from registry.internal.sql_limits import limit_heap, restrict_connection
from registry.site.search.full_text import match_expression

_ROWS_OF_A_PART: Final = 200
_OPERATIONS: Final = 1_000  # of SQLite's machine between two looks at the clock
_HEAP_BYTES: Final = 80_000_000


def main() -> None:
    """The process: limit itself, read, answer."""
    job = json.loads(sys.stdin.buffer.read())
    limit_process(job["memory"], job["seconds"])
    try:
        _answer(job)
    except BrokenPipeError:  # nobody waits for it any more
        os._exit(1)
    except MemoryError:
        _tell({"error": ["MemoryError", ""]})
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, OSError) as error:
        # Text can't be decoded where a message quotes bytes that the query made.
        _tell({"error": [type(error).__name__, str(error)]})


def limit_process(memory: int, seconds: float) -> None:
    """Limit this process, for good. Windows has no such limits: there it is ended from outside."""
    limit_heap(_HEAP_BYTES)
    try:
        import resource
    except ImportError:  # pragma: no cover
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) + 2),  # should nobody be left who ends it
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(5)  # pages go before


def _answer(job: dict[str, Any]) -> None:
    path = Path(job["path"])
    if list(identity(path)) != job["identity"]:
        _tell({"error": ["FileReplaced", ""]})
        return
    conn = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True, cached_statements=0)
    conn.execute("PRAGMA query_only = ON")
    conn.create_function("escape_fts", 1, match_expression, deterministic=True)
    conn.text_factory = lambda read: str(read, "utf-8", "replace")
    restrict_connection(conn, job["value_bytes"], job["result_bytes"])
    began = time.monotonic()
    deadline = began + job["seconds"]
    conn.set_progress_handler(lambda: time.monotonic() >= deadline, _OPERATIONS)
    cursor = conn.execute(job["sql"], {k: decoded(v) for k, v in job["params"].items()})
    _tell({"columns": [column[0] for column in cursor.description or ()]})
    most, sent = job["most"], 0
    while True:
        wanted = _ROWS_OF_A_PART if most is None else min(_ROWS_OF_A_PART, most + 1 - sent)
        rows = cursor.fetchmany(wanted)
        cut = most is not None and sent + len(rows) > most
        if cut:
            rows = rows[: most - sent]
        if rows:
            _tell({"rows": [[encoded(value) for value in row] for row in rows]})
        sent += len(rows)
        if cut or len(rows) < wanted:
            break
    _tell({"end": sent, "cut": cut, "took": time.monotonic() - began})


def identity(path: Path) -> tuple[int, ...]:
    """What tells a file from another that has its name later."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def encoded(value: Any) -> Any:
    """A value of SQLite's as JSON takes it."""
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def decoded(value: Any) -> Any:
    """The value that `encoded` was given."""
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _tell(part: dict[str, Any]) -> None:
    line = json.dumps(part, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode("ascii") + b"\n")
    sys.stdout.buffer.flush()
