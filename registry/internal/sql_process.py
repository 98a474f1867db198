"""Runs a query of a reader's in a process of its own (`sql_child`), and ends that when its time is
over, whatever it is at.

What comes back is JSON, never a program's own objects: a process that a query has got the better of
can lie about rows that its reader may see, and no more.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from registry.anew import python_anew
from registry.internal.query_places import PLACES, QueryPlaces
from registry.internal.sql_child import decoded, encoded
from registry.internal.sql_limits import MAX_CUSTOM_VALUE_BYTES, MAX_RESULT_BYTES, TOO_LARGE

GRACE_SECONDS: Final = 0.5
"""What a process has beyond its query's time, to start and to answer by itself."""

MAX_FILE_BYTES: Final = 16_000_000
"""Bytes, as JSON, of a result that becomes a CSV file."""

_MEMORY_BYTES: Final = 400 << 20
_SPOOLED_BYTES: Final = 1 << 20  # beyond that a result waits on disk for its reader
_CHILD: Final = "registry.internal.sql_child"
_ALONE: Final = ("-I", "-S")
"""Neither the environment nor a site module is read."""

_ERRORS: Final[Mapping[str, type[Exception]]] = {
    **{
        name: getattr(sqlite3, name)
        for name in (
            *("OperationalError", "DataError", "IntegrityError", "InternalError", "Warning"),
            *("NotSupportedError", "ProgrammingError", "DatabaseError", "InterfaceError"),
        )
    },
    "MemoryError": MemoryError,
}


class QueryStopped(Exception):
    """The time of a query is over."""


class FileReplaced(Exception):
    """Another file has the name by now."""


@dataclass(frozen=True)
class Query:
    """A query. `most`: how many rows to give; None: all. `seconds`: what it may take.

    `for_file`: the result becomes a file, for which it may be larger; its rows come in parts.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)
    most: int | None = None
    seconds: float = 2.0
    for_file: bool = False


class Row(tuple[Any, ...]):
    """A row, read as one of `sqlite3.Row`: by place or by name."""

    __slots__ = ()
    names: tuple[str, ...] = ()

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        folded = key.casefold()
        for place, name in enumerate(self.names):
            if name.casefold() == folded:
                return super().__getitem__(place)
        raise IndexError("No item with that key")

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self.names)


class Answer:
    """What a query gave. `rows`: all of them, or for a file the first part; `parts` gives the
    others. `total`: how many rows there are in all; `cut`: whether there would be more; `took`:
    seconds that SQLite was at it."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)
        self.row_type: type[Row] = type("Row", (Row,), {"__slots__": (), "names": tuple(columns)})
        self.rows: list[Row] = []
        self.total = 0
        self.cut = False
        self.took = 0.0
        self._kept: IO[bytes] | None = None

    def take(self, line: bytes, *, keep: bool) -> None:
        """Take in a line with rows; `keep` those beyond the first part on disk."""
        if keep and self.rows:
            if self._kept is None:
                self._kept = tempfile.SpooledTemporaryFile(_SPOOLED_BYTES)  # noqa: SIM115
            self._kept.write(line)
            return
        self.rows += self._read(line)

    def parts(self) -> Iterator[list[Row]]:
        """The rows that were kept, part by part."""
        if self._kept is None:
            return
        with self._kept as kept:
            kept.seek(0)
            for line in kept:
                yield self._read(line)

    def _read(self, line: bytes) -> list[Row]:
        row = self.row_type
        return [row(map(decoded, values)) for values in json.loads(line)["rows"]]


class QueryRunner:
    """Runs queries, as many at a time as there are places."""

    def __init__(self) -> None:
        self._places = QueryPlaces(time.monotonic)
        self._threads = ThreadPoolExecutor(PLACES, thread_name_prefix="query")

    async def run(self, user: str, path: Path, identity: Sequence[int], query: Query) -> Answer:
        """As `run_apart`, once there is a place for the user. Raises TooManyQueries besides."""
        async with self._places.place(user) as turn:
            loop = asyncio.get_running_loop()
            try:
                answer = await loop.run_in_executor(self._threads, run_apart, path, identity, query)
            except QueryStopped:
                turn.used = query.seconds
                raise
            turn.used = answer.took  # what a busy machine adds is nobody's
            return answer

    def close(self) -> None:
        """End the threads, once their queries have ended."""
        self._threads.shutdown(wait=True)


def run_apart(path: Path, identity: Sequence[int], query: Query) -> Answer:
    """Run a query on the file that `identity` tells. Blocks, for no longer than its time.

    Raises QueryStopped, FileReplaced, and what SQLite raised, or DataError for a result that is too
    large, or a process that ended by itself.
    """
    job = {
        "path": str(path.absolute()),
        "identity": list(identity),
        "sql": query.sql,
        "params": {name: encoded(value) for name, value in query.params.items()},
        "most": query.most,
        "seconds": query.seconds,
        "memory": _MEMORY_BYTES,
        "value_bytes": MAX_CUSTOM_VALUE_BYTES,
        "result_bytes": 16 * MAX_FILE_BYTES if query.for_file else MAX_RESULT_BYTES,
    }
    end = time.monotonic() + query.seconds + GRACE_SECONDS
    process = subprocess.Popen(
        python_anew(_CHILD, *_ALONE),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timer = threading.Timer(query.seconds + GRACE_SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as told:
            told.write(json.dumps(job).encode())
        answer = _read(process.stdout, query)
    except BrokenPipeError:
        answer = None
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()
    if answer is not None:
        return answer
    if time.monotonic() >= end - 0.05:
        raise QueryStopped
    raise sqlite3.DataError(TOO_LARGE)  # it was ended for its memory


def _read(stream: IO[bytes], query: Query) -> Answer | None:
    """The answer; None where the process ended before its end. Raises what the process tells."""
    answer: Answer | None = None
    read, largest = 0, 4 * MAX_RESULT_BYTES
    if query.for_file:
        largest = MAX_FILE_BYTES
    for line in stream:
        read += len(line)
        if read > largest:
            raise sqlite3.DataError(TOO_LARGE)
        if line.startswith(b'{"rows":') and answer is not None and line.endswith(b"\n"):
            answer.take(line, keep=query.for_file)
            continue
        try:
            part = json.loads(line)
        except ValueError:
            return None
        if "error" in part:
            _raise(*part["error"])
        elif "columns" in part:
            answer = Answer(part["columns"])
        elif "end" in part and answer is not None:
            answer.total, answer.cut, answer.took = part["end"], part["cut"], part["took"]
            return answer
    return None


def _raise(name: str, text: str) -> None:
    if text == "interrupted":
        raise QueryStopped
    if name == "FileReplaced":
        raise FileReplaced
    raise _ERRORS.get(name, sqlite3.DatabaseError)(text)
