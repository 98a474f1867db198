"""What the benchmark runs in processes of its own: `python -m bench.child WHAT FILE …`.

Each prints, last, one line of JSON with the seconds that the work itself took.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.generate import AS_OF
from bench.tables import TABLES


def _report(seconds: float, **more: Any) -> None:
    print(json.dumps({"seconds": seconds, **more}))


def _digest(findings: Iterable[tuple[Any, ...]], counts: dict[str, dict[str, int]]) -> str:
    """One value for findings and counts, whatever their order."""
    counted = sorted(
        (code, sorted((status, n) for status, n in found.items() if n))
        for code, found in counts.items()
        if any(found.values())
    )
    text = repr((sorted(findings, key=repr), counted))
    return hashlib.sha256(text.encode()).hexdigest()


def engine(path: Path) -> None:
    """The audit by its engine; storing it is timed apart."""
    from registry.audit.engine import run_audit
    from registry.audit.record import store_audit
    from registry.audit.rule import load_rules
    from registry.store.connection import connect

    rules = load_rules()
    conn = connect(path)
    started = time.perf_counter()
    audit = run_audit(conn, rules, AS_OF)
    seconds = time.perf_counter() - started
    conn.close()
    conn = connect(path)
    started = time.perf_counter()
    store_audit(conn, audit, datetime(2021, 6, 30))
    storing = time.perf_counter() - started
    conn.execute("DELETE FROM finding")
    conn.execute("DELETE FROM run_rule")
    conn.execute("DELETE FROM run")
    conn.close()
    findings = [(f.code, f.subject_id, f.status, f.due_on, f.days_overdue) for f in audit.findings]
    counts = {r.code: {str(s): n for s, n in r.counts.items()} for r in audit.results}
    _report(
        seconds,
        storing=storing,
        findings=len(findings),
        examined=audit.examined,
        digest=_digest(findings, counts),
    )


def loop(path: Path) -> None:
    """The same audit as a plain loop over dictionaries."""
    import bench.loop_rules  # noqa: F401  # enters its rules
    from bench.loop import Loop

    conn = sqlite3.connect(path)
    started = time.perf_counter()
    audit = Loop(conn, AS_OF)
    audit.run()
    seconds = time.perf_counter() - started
    counts = {code: dict(counter) for code, counter in audit.counts.items()}
    _report(seconds, findings=len(audit.findings), digest=_digest(audit.findings, counts))


def scan(path: Path) -> None:
    """Every table that the audit reads, once from end to end."""
    conn = sqlite3.connect(path)
    started = time.perf_counter()
    for table, column in TABLES.items():
        conn.execute(f"SELECT count(*), sum({column}) FROM {table} NOT INDEXED").fetchone()
    _report(time.perf_counter() - started)


def load(path: Path, folder: Path) -> None:
    """The long annex, by the registry's own loader, into a new file."""
    from registry.intake.instrument import read_instrument
    from registry.intake.textfile import examine
    from registry.model.vocabulary import PROVENANCES
    from registry.store.connection import connect, transaction
    from registry.store.load import AnnexLoader, write_instrument
    from registry.store.migrations import apply

    file = examine(folder / "instrument.yml")
    instrument = read_instrument(file)
    conn = connect(path, create=True)
    apply(conn)
    conn.execute("PRAGMA synchronous = OFF")
    with transaction(conn):
        no = write_instrument(conn, instrument, file.path)
        AnnexLoader(conn, instrument, no, PROVENANCES).load(examine(folder / "annex2.csv"), 2)
    rows = conn.execute("SELECT count(*) FROM item").fetchone()[0]
    conn.close()
    print(rows)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    {"engine": engine, "loop": loop, "scan": scan, "load": load}[what](*map(Path, arguments))
