"""`python -m bench`: ratios against peers, each with peak memory; never a verdict.

(a) the whole command on the demonstration, against a bare import of its libraries;
(b) the audit of duties at 250 zones, against a plain loop that finds the same, and one full scan,
    and the audit by every rule beside them (`--zones 2500` is the size of a nation);
(c) validated loading of a long CSV, against `sqlite-utils insert --csv`;
(d) a long list in a workbook read to items, against python-calamine's and openpyxl's bare cells;
(e) requests a second of two pages of the catalogue, against stock Datasette on the same file;
(f) first contentful paint and bytes of every kind of page, wide and narrow: figures, no ratio;
(g) the log of changes: verifying, recording a paper, a bulk load, against the same without;
(h) may they?: one answer with its reasons, in a process and as one, and a batch at 250 zones;
(i) a million cases: taking them in, and the rules on them, against peers that count the same.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.measure import Line, Sample, alternate, line, median, run

if TYPE_CHECKING:
    from bench.paint import Visit

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "bench" / "work"
PYTHON: Final = sys.executable


# A process is accounted at least the memory of the one that started it, so this one stays small:
# what needs the registry is done in processes of its own.
def _child(what: str, *arguments: object) -> Sample:
    return run([PYTHON, "-m", "bench.child", what, *map(str, arguments)], ROOT)


def command(runs: int) -> list[Line]:
    """(a) The whole process, storing included."""
    built, used = WORK / "demonstration.db", WORK / "used.db"
    _child("build", built, ROOT / "data")

    def audit() -> Sample:
        shutil.copyfile(built, used)
        arguments = ["--db", str(used), "audit", "--as-of", "2021-06-30", "--format", "json"]
        return run([PYTHON, "-m", "registry", *arguments], ROOT, ok=(1,))

    def bare() -> Sample:
        return run([PYTHON, "-c", "import click, pydantic, tabulate"], ROOT)

    audit(), bare()  # once, to warm up
    samples = alternate(runs, audit=audit, bare=bare)
    return [line("(a) registry audit", "bare import", samples, ("audit", "bare"), "≤ 2.5")]


def at_scale(runs: int, zones: int) -> list[Line]:
    """(b) The engine, storing apart."""
    root, path = WORK / "root", WORK / "scale.db"
    _child("generate", root, zones)
    _child("build", path, root)
    contenders = ("engine", "loop", "scan", "all-rules")
    work = {what: partial(_child, what, path) for what in contenders}
    samples = alternate(runs, **work)
    one, other = samples["engine"][0].output, samples["loop"][0].output
    if one["digest"] != other["digest"]:
        sys.exit(f"engine and loop differ: {one} {other}")
    print(
        f"(b) {zones} zones: {one['examined']:,} examined, {one['findings']:,} findings, the same"
        f" by both; engine {median(samples['engine']):.2f} s, loop {median(samples['loop']):.2f} s,"
        f" scan {median(samples['scan']):.3f} s; storing {one['storing']:.2f} s apart",
        file=sys.stderr,
    )
    every = samples["all-rules"][0].output
    print(
        f"(b) by {every['rules']} rules: {every['examined']:,} examined, {every['findings']:,}"
        f" findings, {median(samples['all-rules']):.2f} s; the slowest rule, {every['slowest']},"
        f" takes {every['share']:.0%}",
        file=sys.stderr,
    )
    return [
        line("(b) audit of duties", "plain loop", samples, ("engine", "loop"), "≤ 0.7"),
        line("(b) audit of duties", "one full scan", samples, ("engine", "scan"), "≤ 12"),
        line("(b) audit by every rule", "plain loop", samples, ("all-rules", "loop"), ""),
        line("(b) audit by every rule", "one full scan", samples, ("all-rules", "scan"), ""),
    ]


def loading(runs: int, rows: int) -> list[Line]:
    """(c) Whole processes into new files."""
    folder, mine, theirs = WORK / "long", WORK / "mine.db", WORK / "theirs.db"
    _child("generate-long", folder, rows)
    tool = Path(PYTHON).with_name("sqlite-utils")

    def load(what: str) -> Sample:
        mine.unlink(missing_ok=True)
        return _child(what, mine, folder)

    def insert() -> Sample:
        theirs.unlink(missing_ok=True)
        return run([tool, "insert", theirs, "t", folder / "annex2.csv", "--csv"], ROOT)

    samples = alternate(
        runs,
        unlogged=partial(load, "load-unlogged"),
        logged=partial(load, "load"),
        insert=insert,
    )
    seconds = {what: round(median(found), 2) for what, found in samples.items()}
    print(f"(c) {rows:,} rows: {seconds} s", file=sys.stderr)
    return [
        line("(c) validated load", "sqlite-utils", samples, ("unlogged", "insert"), "≤ 0.25"),
        line("(c) the same, logged", "sqlite-utils", samples, ("logged", "insert"), ""),
    ]


def lists(runs: int, rows: int) -> list[Line]:
    """(d) Reading alone."""
    path = WORK / "list.xlsx"
    _child("write-list", path, rows)
    readers = {
        how: partial(_child, "read-list", path, how)
        for how in ("read_items", "read_cells", "read_only")
    }
    samples = alternate(runs, **readers)
    counts = {how: found[0].output["items"] for how, found in samples.items()}
    if set(counts.values()) != {rows}:
        sys.exit(f"the readers disagree: {counts}")
    seconds = {how: median(found) for how, found in samples.items()}
    print(f"(d) {rows:,} rows: {seconds}", file=sys.stderr)
    return [
        line("(d) list to items", "calamine's cells", samples, ("read_items", "read_cells"), "≤ 2"),
        line(
            "(d) list to items", "openpyxl read-only", samples, ("read_items", "read_only"), "< 1"
        ),
    ]


def _published() -> Path:
    """The public file of the demonstration."""
    built, public = WORK / "published-from.db", WORK / "catalogue.db"
    if not public.exists():
        _child("build", built, ROOT / "data")
        _child("publish", built, public)
    return public


def pages(rounds: int, seconds: int) -> list[Line]:
    """(e) Servers and wrk, in turn."""
    from bench import requests

    wrk = requests.find_wrk()
    if wrk is None:
        print(requests.MISSING, file=sys.stderr)
        return []
    folder = WORK / "pages"
    made = _child("pages", _published(), folder, "http://127.0.0.1", requests.METADATA)
    print(
        f"(e) {made.output['pages']:,} pages as files: {made.output['bytes'] / 1e6:.0f} MB in"
        f" {made.seconds:.0f} s, peak {made.megabytes:.0f} MB",
        file=sys.stderr,
    )
    return requests.requests(_published(), folder, WORK, requests.Load(wrk, seconds, rounds))


def paints(runs: int) -> list[Visit]:
    """(f) First visits."""
    from bench import paint

    chromium = paint.find_chromium()
    if chromium is None:
        print(paint.MISSING, file=sys.stderr)
        return []
    return paint.paint(_published(), chromium, runs)


def history(runs: int, zones: int) -> list[Line]:
    """(g) On copies of a registry; `zones`: 28 make a log of 200,000 lines."""
    root, many, city = WORK / "log-root", WORK / "log.db", WORK / "city.db"
    used = WORK / "log-used.db"
    _child("generate", root, zones)
    _child("build", many, root)
    _child("build", city, ROOT / "data")

    def on_a_copy(path: Path, what: str) -> Sample:
        shutil.copyfile(path, used)
        return run([PYTHON, "-m", "bench.history", what, used], ROOT)

    lines = []
    for name, against, path, pair, target in (
        ("(g) verify", "its lines hashed and parsed", many, ("verify", "parse"), "≤ 3 s"),
        ("(g) record", "without the log", city, ("record-logged", "record-plain"), "≤ 1.3"),
        ("(g) bulk load", "without the log", city, ("insert-logged", "insert-plain"), "≤ 2.5"),
    ):
        samples = alternate(runs, **{what: partial(on_a_copy, path, what) for what in pair})
        seconds = {what: round(median(found), 3) for what, found in samples.items()}
        print(f"{name}: {seconds} s {samples[pair[0]][0].output}", file=sys.stderr)
        lines.append(line(name, against, samples, pair, target))
    return lines


def authority(runs: int, zones: int) -> list[Line]:
    """(h) Answers with their reasons against peers that give none; a batch of 100,000."""
    city, root, many = WORK / "answers.db", WORK / "batch-root", WORK / "batch.db"
    _child("build", city, ROOT / "data")
    _child("generate", root, zones)
    _child("build", many, root)

    def work(what: str, path: Path) -> Sample:
        return run([PYTHON, "-m", "bench.authority", what, path], ROOT)

    def can() -> Sample:
        question = ["can", "etdz", "liaocheng-2021-8:1-09", "decide", "--on", "2021-06-30"]
        return run([PYTHON, "-m", "registry", "--db", str(city), *question], ROOT)

    def bare() -> Sample:
        return run([PYTHON, "-c", "import click, sqlite3"], ROOT)

    can(), bare()  # once, to warm up
    peers = ("answers", "look-up", "cedar", "casbin")
    samples = alternate(runs, **{what: partial(work, what, city) for what in peers})
    samples |= alternate(runs, can=can, bare=bare)
    samples |= alternate(1, **{what: partial(work, what, many) for what in ("batch", "scan")})
    seconds = {what: round(median(found), 3) for what, found in samples.items()}
    print(f"(h) {seconds} s; batch {samples['batch'][0].output}", file=sys.stderr)
    return [
        line(f"(h) {name}", against, samples, pair, target)
        for name, against, pair, target in (
            ("answer with reasons", "SQLite's bare look-up", ("answers", "look-up"), "≤ 16"),
            ("answer with reasons", "cedarpy", ("answers", "cedar"), "≤ 1"),
            ("answer with reasons", "casbin", ("answers", "casbin"), ""),
            ("registry can", "import click, sqlite3", ("can", "bare"), "≤ 1.5"),
            ("batch of 100,000", "all delegations fetched", ("batch", "scan"), ""),
        )
    ]


def cases(runs: int, rows: int) -> list[Line]:
    """(i) On a copy of a registry. All contenders have to give the same counts."""
    folder = WORK / "cases"
    folder.mkdir()

    def work(what: str, *more: object) -> Sample:
        return run([PYTHON, "-m", "bench.cases", what, folder, *map(str, more)], ROOT)

    def load() -> Sample:
        shutil.copyfile(folder / "registry.db", folder / "used.db")
        return work("load")

    work("generate", rows)
    samples = alternate(runs, load=load, read=partial(work, "read"))
    work("tables")
    peers = ["loop", *(name for name in ("pandas", "duckdb") if find_spec(name))]
    for name in {"pandas", "duckdb"}.difference(peers):
        print(f"(i) {name} is not installed: left out", file=sys.stderr)
    samples |= alternate(runs, **{what: partial(work, what) for what in ("audit", *peers)})
    counts = {what: samples[what][0].output["counts"] for what in ("audit", *peers)}
    if any(found != counts["audit"] for found in counts.values()):
        sys.exit(f"the contenders disagree: {counts}")
    seconds = {what: round(median(found), 2) for what, found in samples.items()}
    print(f"(i) {rows:,} cases: {seconds} s; {counts['audit']}", file=sys.stderr)
    return [
        line("(i) validated load", "bare csv.reader", samples, ("load", "read"), "≤ 6"),
        line("(i) rules on cases", "plain loop", samples, ("audit", "loop"), "≤ 0.5"),
        *(line("(i) rules on cases", name, samples, ("audit", name), "") for name in peers[1:]),
    ]


def _print(lines: list[Line], visits: list[Visit]) -> None:
    from registry.report.terminal import table

    shown = [
        (x.name, x.against, f"{x.ratio:.2f}", x.target, "{:,.0f} / {:,.0f} MB".format(*x.megabytes))
        for x in lines
    ]
    if shown:
        heads = ("measured", "against", "ratio", "target", "peak memory")
        print(table(shown, heads), end="")
    seen = [
        (
            f"(f) {x.page}",
            str(x.width),
            f"{x.paint:.0f} ms",
            f"{x.transferred:.0f} kB",
            f"{x.markup:.0f} kB",
            f"{x.besides_rows:.0f} kB",
        )
        for x in visits
    ]
    if seen:
        sizes = ("page", "width", "first paint", "transferred", "markup", "besides rows")
        print(table(seen, sizes), end="")


def main() -> None:
    """Run what was asked for, and print the results."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="a|b|c|d|e|f|g|h|i", help="which; all if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it runs at all")
    parser.add_argument("--zones", type=int, default=250, metavar="N", help="of (b): 250 or 2500")
    parser.add_argument("--keep", action="store_true", help="leave the work files in bench/work")
    given = parser.parse_args()
    parts = given.parts or ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    lines: list[Line] = []
    visits: list[Visit] = []
    try:
        if "a" in parts:
            lines += command(1 if given.quick else 9)
        if "b" in parts:
            lines += at_scale(1 if given.quick else 5, 4 if given.quick else given.zones)
        if "c" in parts:
            lines += loading(1, 2_000) if given.quick else loading(1, 456_000)
        if "g" in parts:
            lines += history(1 if given.quick else 5, 2 if given.quick else 28)
        if "h" in parts:
            lines += authority(1 if given.quick else 5, 2 if given.quick else 250)
        if "i" in parts:
            lines += cases(1, 5_000) if given.quick else cases(3, 1_000_000)
        if "d" in parts:
            lines += lists(1, 2_000) if given.quick else lists(5, 100_000)
        if "e" in parts:
            lines += pages(1, 1) if given.quick else pages(5, 5)
        if "f" in parts:
            visits += paints(1 if given.quick else 5)
    finally:
        if not given.keep:
            shutil.rmtree(WORK, ignore_errors=True)
    _print(lines, visits)


if __name__ == "__main__":
    main()
