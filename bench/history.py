"""(g) What the log of changes costs: `python -m bench.history WHAT FILE`, a process each.

Each prints, last, one line of JSON with the seconds that the work itself took.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PAPERS: Final = 5
_LEDGER_CHANGE: Final = """
CREATE TABLE ledger_change (
  no INTEGER PRIMARY KEY, "import", instrument, sheet, "key", field, old, new
)
"""


def _report(seconds: float, **more: Any) -> None:
    print(json.dumps({"seconds": seconds, **more}))


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _without_log(conn: sqlite3.Connection) -> None:
    """Have nothing logged, and the history of the ledger in a table, as before there was a log."""
    from registry.store.log.tables import drop_log_triggers

    drop_log_triggers(conn)
    for view in ("ledger_history", "ledger_change"):
        conn.execute(f"DROP VIEW {view}")
    conn.execute(_LEDGER_CHANGE)


def verify(path: str) -> None:
    """Verifying a whole registry."""
    from registry.store.connection import connect, reading
    from registry.store.log.verification import verify as verify_file

    conn = connect(Path(path))

    def work() -> None:
        with reading(conn):
            found = verify_file(conn)
        assert not found.problems, found.problems[:3]

    seconds = _timed(work)
    (entries,) = conn.execute("SELECT count(*) FROM entry").fetchone()
    _report(seconds, entries=entries)


def parse(path: str) -> None:
    """Its peer: every line of the log hashed, and read by the json module."""
    conn = sqlite3.connect(path)

    def work() -> None:
        digest = hashlib.sha256()
        for (body,) in conn.execute("SELECT body FROM entry ORDER BY seq"):
            digest.update(body.encode() + b"\n")
            json.loads(body)

    _report(_timed(work))


def _record(path: str, *, logged: bool) -> None:
    from registry.model.ledger import DeliverableRow
    from registry.store.connection import connect
    from registry.store.ledger.recording import record
    from registry.store.log.changes import Change, changing
    from registry.store.views import create_shadow_views

    conn = connect(Path(path))
    if not logged:
        _without_log(conn)
    create_shadow_views(conn, "2021-06-30")
    instrument, zone = conn.execute(
        "SELECT ins.id, z.id FROM instrument AS ins JOIN instrument_zone AS iz"
        " ON iz.instrument = ins.no JOIN zone AS z ON z.no = iz.zone ORDER BY ins.no, z.no LIMIT 1"
    ).fetchone()
    change = Change("2026-11-30T09:00:00+08:00", "bench", "registry record proof")

    def work() -> None:
        for n in range(PAPERS):
            row = DeliverableRow.model_validate(
                {
                    **{"duty": "handbook", "zone": zone, "covers": "1-01;1-02"},
                    **{"done_on": "2021-05-20", "document": f"{n}.pdf"},
                    **{"provenance": "demonstration", "source": "bench"},
                }
            )
            with changing(change):
                record(conn, row, change, instrument=instrument)

    _report(_timed(work))


def record_logged(path: str) -> None:
    """Papers recorded one by one."""
    _record(path, logged=True)


def record_plain(path: str) -> None:
    """The same without the log."""
    _record(path, logged=False)


def _insert(path: str, *, logged: bool) -> None:
    from registry.store.connection import connect, transaction

    conn = connect(Path(path))
    if not logged:
        _without_log(conn)
    names = [name for _cid, name, *_ in conn.execute("PRAGMA table_info(item)")]
    template = conn.execute(
        "SELECT * FROM item WHERE parent IS NULL ORDER BY no LIMIT 1"
    ).fetchone()
    place = {name: n for n, name in enumerate(names)}

    def rows() -> Any:
        for n in range(1, 456_001):
            row = list(template)
            row[place["no"]], row[place["id"]], row[place["seq"]] = 10**6 + n, f"9-{n}", n
            yield row

    def work() -> None:
        with transaction(conn):
            conn.executemany(f"INSERT INTO item VALUES ({', '.join('?' * len(names))})", rows())

    _report(_timed(work))


def insert_logged(path: str) -> None:
    """456,000 items inserted, each logged by its trigger."""
    _insert(path, logged=True)


def insert_plain(path: str) -> None:
    """The same without the log."""
    _insert(path, logged=False)


WHAT: Final[dict[str, Callable[[str], None]]] = {
    "verify": verify,
    "parse": parse,
    "record-logged": record_logged,
    "record-plain": record_plain,
    "insert-logged": insert_logged,
    "insert-plain": insert_plain,
}

if __name__ == "__main__":
    WHAT[sys.argv[1]](sys.argv[2])
