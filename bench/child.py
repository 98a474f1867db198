"""What the benchmark runs in processes of its own: `python -m bench.child WHAT FILE …`.

Each prints, last, one line of JSON with the seconds that the work itself took.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench.loop import Loop, known_codes
from bench.tables import TABLES

AS_OF: Final = "2021-06-30"


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


def build(path: str, root: str) -> None:
    """A new database from a data root, by the registry's own build."""
    from registry.intake.dataset import open_data_root
    from registry.model.vocabulary import PROVENANCES
    from registry.store.build import build as build_file

    build_file(
        Path(path), open_data_root(Path(root)), accepted=PROVENANCES, now=datetime(2021, 6, 30)
    )


def publish(path: str, target: str) -> None:
    """The public file of a database, demonstration rows included."""
    from registry.catalogue.projection import PUBLIC
    from registry.site.projection import publish as publish_file

    publish_file(Path(path), Path(target), as_of=AS_OF, demo=True, projection=PUBLIC)


def pages(path: str, folder: str, address: str, metadata: str) -> None:
    """The pages of a public file as files: how many, how large, how long it takes."""
    from registry.catalogue.page_files import PageFiles
    from registry.site.server import read_metadata

    files = PageFiles(Path(folder), address, read_metadata(Path(metadata)))
    started = time.perf_counter()
    files.write(Path(path))
    written = files.switch()
    _report(time.perf_counter() - started, pages=written.pages, bytes=written.size)


def generate(root: str, zones: str) -> None:
    """A data root with many zones."""
    from bench.generate import data_root

    data_root(Path(root), int(zones))


def generate_long(folder: str, rows: str) -> None:
    """A folder with a long annex."""
    from bench.generate import long_annex

    long_annex(Path(folder), int(rows))


def engine(path: str) -> None:
    """The audit of duties by its engine; storing it is timed apart."""
    from registry.audit.duty_rules import registry_rules
    from registry.audit.engine import run_audit
    from registry.audit.record import store_audit
    from registry.store.connection import connect

    known = known_codes()
    conn = connect(Path(path))
    rules = [rule for rule in registry_rules(conn) if rule.code in known]
    started = time.perf_counter()
    audit = run_audit(conn, rules, AS_OF)
    seconds = time.perf_counter() - started
    conn.close()
    conn = connect(Path(path))
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


def all_rules(path: str) -> None:
    """The audit by every rule, and which rule takes the largest part of it."""
    from registry.audit import evaluation
    from registry.audit.duty_rules import registry_rules
    from registry.audit.engine import run_audit
    from registry.audit.rule import Rule
    from registry.store.connection import connect

    took: dict[str, float] = {}
    evaluate = evaluation.Evaluation.evaluate

    def timed(self: evaluation.Evaluation, rule: Rule) -> None:
        started = time.perf_counter()
        evaluate(self, rule)
        took[rule.code] = time.perf_counter() - started

    evaluation.Evaluation.evaluate = timed  # type: ignore[method-assign]
    conn = connect(Path(path))
    rules = registry_rules(conn)
    started = time.perf_counter()
    audit = run_audit(conn, rules, AS_OF)
    seconds = time.perf_counter() - started
    slowest = max(took, key=lambda code: took[code])
    _report(
        seconds,
        rules=len(rules),
        findings=len(audit.findings),
        examined=audit.examined,
        slowest=slowest,
        share=round(took[slowest] / seconds, 3),
    )


def loop(path: str) -> None:
    """The same audit as a plain loop over dictionaries."""
    conn = sqlite3.connect(path)
    started = time.perf_counter()
    audit = Loop(conn, AS_OF)
    audit.run()
    seconds = time.perf_counter() - started
    counts = {code: dict(counter) for code, counter in audit.counts.items()}
    _report(seconds, findings=len(audit.findings), digest=_digest(audit.findings, counts))


def scan(path: str) -> None:
    """Every table that the audit reads, once from end to end."""
    conn = sqlite3.connect(path)
    started = time.perf_counter()
    for table, column in TABLES.items():
        conn.execute(f"SELECT count(*), sum({column}) FROM {table} NOT INDEXED").fetchone()
    _report(time.perf_counter() - started)


def load(path: str, folder: str) -> None:
    """The long annex, by the registry's own loader, into a new file."""
    from registry.intake.instrument import read_instrument
    from registry.intake.textfile import examine
    from registry.model.vocabulary import PROVENANCES
    from registry.store.bulk import bulk_transaction
    from registry.store.connection import connect
    from registry.store.item_load import AnnexLoader
    from registry.store.load import write_instrument
    from registry.store.schema.migrations import apply

    file = examine(Path(folder, "instrument.yml"))
    instrument = read_instrument(file)
    conn = connect(Path(path), create=True)
    apply(conn)
    conn.execute("PRAGMA synchronous = OFF")
    with bulk_transaction(conn):
        no = write_instrument(conn, instrument, file.path)
        AnnexLoader(conn, instrument, no, PROVENANCES).load(examine(Path(folder, "annex2.csv")), 2)
    rows = conn.execute("SELECT count(*) FROM item").fetchone()[0]
    conn.close()
    print(rows)


def load_unlogged(path: str, folder: str) -> None:
    """The same without the log of changes."""
    from registry.store import bulk

    bulk.log_as_a_whole = lambda _conn: None
    load(path, folder)


def write_list(path: str, rows: str) -> None:
    """A workbook with a long list."""
    from bench.lists import write_list as write

    write(Path(path), int(rows))


def read_list(path: str, how: str) -> None:
    """The list, by one of the readers in bench.lists; what they import is imported before."""
    import openpyxl  # noqa: F401
    import python_calamine  # noqa: F401

    import registry.intake.formats.xlsx
    import registry.intake.listing.reader  # noqa: F401
    from bench import lists

    started = time.perf_counter()
    items = getattr(lists, how)(Path(path))
    _report(time.perf_counter() - started, items=items)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    work: dict[str, Callable[..., None]] = {
        "build": build,
        "publish": publish,
        "pages": pages,
        "generate": generate,
        "generate-long": generate_long,
        "engine": engine,
        "all-rules": all_rules,
        "loop": loop,
        "scan": scan,
        "load": load,
        "load-unlogged": load_unlogged,
        "write-list": write_list,
        "read-list": read_list,
    }
    work[what](*arguments)
