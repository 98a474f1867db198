"""`python -m bench.cluster --zones 2500 --registries 16`: many registries together on Spark.

Makes registries of so many zones altogether, exports each, audits each with SQLite in a process of
its own and all of them together with `registry audit --data`'s own engine in one process, and holds
the findings of every registry against each other by digest. Prints seconds and peak memory of each,
and what it takes to start. The national size takes some ten minutes and 3 GB of disk in bench/work.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.measure import Sample, run

if TYPE_CHECKING:
    from registry.audit.finding import Audit

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "bench" / "work" / "cluster"
AS_OF: Final = "2021-06-30"


def digest(audit: Audit) -> dict[str, Any]:
    """What an audit found, and how many subjects of each rule had which result, as one value."""
    lines = sorted(
        f"{f.fingerprint} {f.status} {f.due_on} {f.days_overdue} {f.owed_by} {f.message} {f.cases}"
        for f in audit.findings
    )
    lines += [f"{r.code} {sorted(r.counts.items())}" for r in audit.results]
    text = "\n".join(lines)
    return {
        "findings": len(audit.findings),
        "examined": audit.examined,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def make(db: str, root: str, zones: str, seed: str) -> None:
    """A registry of so many zones."""
    from bench.child import build
    from bench.generate import data_root

    data_root(Path(root), int(zones), int(seed))
    build(db, root)


def export(db: str, target: str, name: str) -> None:
    """Its export."""
    from registry.audit.rule import load_rules, texts_of
    from registry.cluster.export import Origin, export_parquet
    from registry.store.connection import connect

    started = time.perf_counter()
    conn = connect(Path(db))
    origin = Origin(name, name, "bench", f"{AS_OF}T00:00:00+08:00")
    written = export_parquet(conn, Path(target), origin, texts_of(load_rules()))
    rows = sum(table.rows for table in written.manifest.tables.values())
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows}))


def sqlite(*dbs: str) -> None:
    """The audits of several registries, one after the other."""
    from registry.audit.duty_rules import registry_rules
    from registry.audit.engine import run_audit
    from registry.store.connection import connect

    seconds, found = 0.0, []
    for db in dbs:
        conn = connect(Path(db))
        started = time.perf_counter()
        audit = run_audit(conn, registry_rules(conn), AS_OF)
        seconds += time.perf_counter() - started
        conn.close()
        found.append(digest(audit))
    print(json.dumps({"seconds": seconds, "cpu": time.process_time(), "audits": found}))


def together(folder: str, remote: str = "") -> None:
    """The audit of all exports together."""
    began = time.perf_counter()
    from registry.audit.duty_rules import registry_rules
    from registry.cluster.reading import find_exports
    from registry.cluster.sessions import session
    from registry.cluster.together import audit_together, prepare
    from registry.model.config import Config

    exports = find_exports([Path(folder)])
    checked = time.perf_counter()
    with session(remote or None) as (connected, work):
        started = time.perf_counter()
        registries = prepare(exports, registry_rules)
        audits = audit_together(connected, work, registries, AS_OF, config=Config())
        found = [digest(one.audit) for one in audits]
        seconds = time.perf_counter() - started
    figures = {"checking": checked - began, "starting": started - checked, "audits": found}
    figures["cpu"] = time.process_time()  # all threads, the server's among them
    print(json.dumps({"seconds": seconds, **figures}))


_WORK: Final[dict[str, Callable[..., None]]] = {
    "make": make,
    "export": export,
    "sqlite": sqlite,
    "together": together,
}


def _child(what: str, *arguments: object) -> Sample:
    return run([sys.executable, "-m", "bench.cluster", what, *map(str, arguments)], ROOT)


def main() -> None:
    """Make what is not there yet, measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--zones", type=int, default=250, help="altogether; 2500: a nation")
    parser.add_argument("--registries", type=int, default=4)
    parser.add_argument("--remote", default="", help="a server of Spark Connect; else Sail here")
    arguments = parser.parse_args()
    zones, registries = arguments.zones, arguments.registries
    folder = WORK / f"{zones}-{registries}"
    exported = folder / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"city-{number:02}" for number in range(1, registries + 1)]
    dbs = [folder / f"{name}.db" for name in names]
    exporting = []
    for number, (name, db) in enumerate(zip(names, dbs, strict=True)):
        share = zones // registries + (number < zones % registries)
        if not db.exists():
            _child("make", db, folder / f"root-{name}", share, number)
        exporting.append(_child("export", db, exported, name))
    print(
        f"export: {sum(s.seconds for s in exporting):.1f} s for {registries} registries,"
        f" {sum(s.output['rows'] for s in exporting):,} rows,"
        f" {max(s.megabytes for s in exporting):.0f} MB"
    )
    alone = _child("sqlite", *dbs)
    print(
        f"SQLite, one after the other: {alone.seconds:.1f} s, {alone.megabytes:.0f} MB,"
        f" {alone.output['cpu']:.1f} s of processor time"
    )
    cluster = _child("together", exported, arguments.remote)
    print(
        f"together: {cluster.seconds:.1f} s, {cluster.megabytes:.0f} MB"
        f" (digests checked and modules loaded {cluster.output['checking']:.1f} s,"
        f" session {cluster.output['starting']:.1f} s;"
        f" {cluster.output['cpu']:.1f} s of processor time)"
    )
    pairs = list(zip(names, alone.output["audits"], cluster.output["audits"], strict=True))
    for name, one, other in pairs:
        if one != other:
            sys.exit(f"{name}: the audits differ: {one} {other}")
    findings = sum(one["findings"] for _name, one, _other in pairs)
    examined = sum(one["examined"] for _name, one, _other in pairs)
    print(f"the same by digest: {examined:,} examined, {findings:,} findings")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in _WORK:
        _WORK[sys.argv[1]](*sys.argv[2:])
    else:
        main()
