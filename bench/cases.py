"""(i) A million cases taken in and audited: `python -m bench.cases WHAT FOLDER`, a process each.

Each prints, last, one line of JSON with the seconds that the work itself took. FOLDER holds
cases.csv, registry.db and the tables that `tables` exports once: who counts faster is the question,
not who knows the law. Every contender gives the same counts, alarms and manual rows of each rule.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

AS_OF: Final = "2021-12-31"
SAMPLE: Final = 5
CODES: Final = tuple(f"CSE{n:03}" for n in range(1, 13))
KINDS: Final = {
    "without-delegation": "CSE001",
    "before-agreement": "CSE002",
    "ended": "CSE003",
    "withdrawn": "CSE004",
    "mode": "CSE006",
}
"""Why an act was none that the zone might do → the rule that tells it."""
COLUMNS: Final = (
    *("project_no", "task_name", "org_name", "handle_user_name", "apply_date", "accept_date"),
    *("promise_date", "result_date", "result_type", "satisfaction", "审批部门", "印章"),
)
NOT_DECIDED: Final = ("1", "2", "3", "5")
"""Codes of results: sent back, void, deleted, never mended."""
_RESULTS: Final = ("0",) * 30 + ("6",) * 12 + ("1", "2", "5", "7")
_FIRST: Final = date(2021, 6, 1)
_ZONES: Final = 4
_ITEMS: Final = 300
"""The items that cases are on: those that were conferred, and the next."""

Counts = dict[str, dict[str, int]]


def no_counts() -> Counts:
    """Every rule with nothing found."""
    return {code: {"alarm": 0, "manual": 0} for code in CODES}


def _report(seconds: float, **more: Any) -> None:
    print(json.dumps({"seconds": seconds, **more}))


# what is made once


def generate(folder: Path, cases: int) -> None:
    """A registry of a few zones and a file of their cases; a few in a hundred have a fault."""
    from bench.child import build
    from bench.generate import data_root

    data_root(folder / "root", _ZONES)
    _authorise(folder / "root")
    build(str(folder / "registry.db"), str(folder / "root"))
    conn = sqlite3.connect(folder / "registry.db")
    items = _items(conn)
    zones = [name for (name,) in conn.execute("SELECT short_name FROM zone ORDER BY no")]
    conn.close()
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(_cases(cases, items, zones))


def _authorise(root: Path) -> None:
    """Let it be recorded that the zones may act in their own name."""
    import yaml

    path = next(root.glob("*/instrument.yml"))
    stated = yaml.safe_load(path.read_text(encoding="utf-8"))
    for zone in stated["zones"]:
        status = {"approved_by": "国务院", "authorised_by": "某条例", "source": "bench"}
        zone["status"] = status
    path.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")


def _items(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Name, mode and department of items that no other is called after."""
    return conn.execute(
        "SELECT i.name, i.mode, min(d.short_name) FROM item AS i"
        " JOIN item_department AS x ON x.item = i.no JOIN department AS d ON d.no = x.department"
        " GROUP BY i.name HAVING count(DISTINCT i.no) = 1 ORDER BY min(i.no)"
    ).fetchall()


def _cases(n: int, items: list[tuple[str, str, str]], zones: list[str]) -> Iterator[list[str]]:
    draw = random.Random(20210415)
    days = [(_FIRST + timedelta(k)).isoformat() for k in range(400)]
    for number in range(n):
        # Half of the cases are on the few items that were conferred.
        place = draw.randrange(29 if number % 2 else _ITEMS)
        name, mode, department = items[place]
        zone, accepted = draw.choice(zones), draw.randrange(3, 250)
        decided = accepted + draw.choice(
            (0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 11, 13, 15, 16, 18, 21, 40)
        )
        applied, promised = accepted - draw.randrange(3), accepted + 20
        accepter = decider = seal = zone
        result, odd = draw.choice(_RESULTS), draw.randrange(200)
        if mode == "委托下放":
            seal = department
        elif mode == "委托收件":
            accepter = decider = seal = department
        elif mode == "下放实质性审核权":
            result, seal = "4", ""
        if odd == 0:
            name = "无此事项甲乙丙丁"
        elif odd == 1:
            accepter = "某某街道甲乙丙丁"
        elif odd == 2:
            decider = ""
        elif odd in (3, 4):
            decider = department
        elif odd == 5:
            applied = accepted + 1
        elif odd in (6, 7):
            result, seal = "0", department if seal == zone else zone
        yield [
            f"AJ{number:08}",
            name,
            accepter,
            "王建国",
            days[applied],
            days[accepted],
            days[promised] if number % 3 else "",
            days[decided] if odd != 8 else "",
            result if odd != 8 else "",
            "5",
            decider if odd != 8 else "",
            seal if odd != 8 else "",
        ]


def load(folder: Path) -> None:
    """The file taken in by the registry's own command, in this process."""
    from registry.cli import main

    started = time.perf_counter()
    sys.argv = ["registry", "--db", str(folder / "used.db"), "load", "cases"]
    sys.argv += [str(folder / "cases.csv"), "--source", "bench"]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
    _report(time.perf_counter() - started)


def read(folder: Path) -> None:
    """Its peer: the rows of the file, and nothing done with them."""
    started = time.perf_counter()
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as stream:
        for _row in csv.reader(stream):
            pass
    _report(time.perf_counter() - started)


_ANSWERS: Final = """
SELECT z.short_name, i.name, x.act, x.from_on, coalesce(x.to_on, '9999-12-31'), x.answer,
       CASE x.state WHEN '待签协议' THEN 'before-agreement'
                    WHEN '委托届满' THEN 'ended' WHEN '已解除' THEN 'ended'
                    WHEN '上级失效' THEN 'ended' WHEN '已收回' THEN 'withdrawn'
                    WHEN '中止' THEN 'withdrawn' WHEN '生效' THEN 'mode'
                    ELSE 'without-delegation' END,
       x.name_of, x.scope,
       CASE WHEN x.name_of = 'delegate'
              OR (x.name_of = 'delegate-if-authorised' AND s.authorised_by IS NOT NULL)
              OR (x.name_of = 'zone-by-status' AND s.approved_by IS NOT NULL)
            THEN 'ok' ELSE 'manual' END
FROM act_answers AS x JOIN zone AS z ON z.no = x.zone_no JOIN item AS i ON i.no = x.item_no
LEFT JOIN zone_status AS s ON s.zone = z.no
ORDER BY 1, 2, 3, 4
"""
_TABLES: Final = {
    "answers": (
        "zone,item,act,from_on,to_on,answer,kind,name_of,scope,own_seal",
        _ANSWERS,
    ),
    "items": (
        "item,department,amount,unit",
        "SELECT i.name, d.short_name, l.amount, l.unit FROM item AS i"
        " JOIN item_department AS x ON x.item = i.no JOIN department AS d ON d.no = x.department"
        " LEFT JOIN legal_limit AS l ON l.power_type = i.power_type ORDER BY i.no, x.department",
    ),
    "bodies": (
        "name,is_zone",
        "SELECT short_name, 1 FROM zone UNION ALL SELECT short_name, 0 FROM department",
    ),
    "days": ("date,ordinal,day_number", "SELECT date, ordinal, day_number FROM workday"),
}
"""Name of a table → its columns, and the SELECT that gives it."""


def tables(folder: Path) -> None:
    """What the peers are told: the answers of `can` by stretches, items, bodies, working days."""
    from registry.authority.case_verdicts import create_case_tables
    from registry.store.connection import connect
    from registry.store.views import create_shadow_views

    conn = connect(folder / "used.db")
    conn.execute("BEGIN")
    create_shadow_views(conn, AS_OF, materialise=True)
    create_case_tables(conn, ["act_answers"])
    for name, (columns, select) in _TABLES.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns.split(","))
            writer.writerows(conn.execute(select))
    conn.execute("ROLLBACK")
    _report(0.0)


def audit(folder: Path) -> None:
    """The rules on cases, by the registry's own engine."""
    from registry.audit.engine import run_audit
    from registry.audit.rule import load_rules
    from registry.store.connection import connect

    rules = [rule for rule in load_rules() if rule.code in CODES]
    started = time.perf_counter()
    conn = connect(folder / "used.db")
    done = run_audit(conn, rules, AS_OF)
    seconds = time.perf_counter() - started
    counts = no_counts()
    for result in done.results:
        counts[result.code] = {"alarm": result.counts["alarm"], "manual": result.counts["manual"]}
    _report(seconds, counts=counts, findings=len(done.findings))


def _peer(count: Callable[[Path], Counts]) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        started = time.perf_counter()
        counts = count(folder)
        _report(time.perf_counter() - started, counts=counts)

    return work


def loop(folder: Path) -> None:
    """A plain loop over the file."""
    from bench.case_peers import plain_loop

    _peer(plain_loop)(folder)


def pandas(folder: Path) -> None:
    """Data frames."""
    import pandas  # noqa: F401

    from bench.case_peers import data_frames

    _peer(data_frames)(folder)


def duckdb(folder: Path) -> None:
    """A database that reads the file by columns."""
    import duckdb  # noqa: F401

    from bench.case_peers import columns

    _peer(columns)(folder)


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    if what == "generate":
        generate(Path(where), int(rest[0]))
    else:
        steps: dict[str, Callable[[Path], None]] = {
            **{"load": load, "read": read, "tables": tables, "audit": audit},
            **{"loop": loop, "pandas": pandas, "duckdb": duckdb},
        }
        steps[what](Path(where))
