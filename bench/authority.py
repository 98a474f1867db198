"""(h) What an answer costs: `python -m bench.authority WHAT FILE`, a process each.

Each prints, last, one line of JSON with the seconds that the work itself took. Questions are drawn
with one seed: delegations, acts and days of the file, the same for all contenders.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

QUESTIONS: Final = 20_000
MANY: Final = 100_000
_FIRST, _LAST = 2021, 2026


class Asked(NamedTuple):
    """A question: numbers of delegation and item, id of the zone."""

    delegation: int
    item: int
    zone: str
    act: str
    day: str


def _report(seconds: float, **more: Any) -> None:
    print(json.dumps({"seconds": seconds, **more}))


def questions(conn: sqlite3.Connection, n: int, *, entrusting: bool = False) -> list[Asked]:
    """Drawn evenly from the delegations of the file; `entrusting`: of those with agreements."""
    acts = [act for (act,) in conn.execute("SELECT id FROM act ORDER BY position")]
    rows = conn.execute(
        "SELECT d.no, d.item, z.id FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
        " JOIN item AS i ON i.no = d.item"
        " JOIN mode AS m ON m.instrument = i.instrument AND m.name = i.mode"
        " WHERE m.needs_agreement >= ? ORDER BY d.no",
        (entrusting,),
    ).fetchall()
    draw = random.Random(9)
    found = []
    for _n in range(n):
        day = f"{draw.randint(_FIRST, _LAST)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        found.append(Asked(*draw.choice(rows), draw.choice(acts), day))
    return found


def _connect(path: str) -> sqlite3.Connection:
    from registry.store.connection import connect

    return connect(Path(path))


def answers(path: str) -> None:
    """Answers with their reasons, in one process that has read the registry."""
    from registry.authority.answer import Question
    from registry.authority.answering import Authority

    conn = _connect(path)
    asked = [Question(q.zone, q.item, q.act, q.day) for q in questions(conn, QUESTIONS)]
    authority = Authority(conn)
    authority.read_all()
    started = time.perf_counter()
    yes = sum(authority.can(question).answer == "yes" for question in asked)
    _report(time.perf_counter() - started, yes=yes)


def look_up(path: str) -> None:
    """SQLite's bare look-up of the state in a table with an index, and of the rule: no reasons."""
    conn = sqlite3.connect(path)
    conn.execute("CREATE TEMP TABLE s (d INTEGER, f TEXT, state TEXT, PRIMARY KEY (d, f)) STRICT")
    conn.execute("INSERT INTO s SELECT delegation_no, from_on, state FROM standing")
    sql = "SELECT state FROM s WHERE d = ? AND f <= ? ORDER BY f DESC LIMIT 1"
    asked = [(q.delegation, q.day) for q in questions(conn, QUESTIONS)]
    started = time.perf_counter()
    held = sum(conn.execute(sql, values).fetchone()[0] == "生效" for values in asked)
    _report(time.perf_counter() - started, held=held)


_POLICY: Final = """
permit (principal, action, resource)
when { resource.zone == principal && resource.acts.contains(context.act)
       && resource.held.from <= context.day && context.day <= resource.held.to };
"""


def cedar(path: str) -> None:
    """Cedar, given for each question only what it needs: a yes or no without reasons."""
    import cedarpy

    conn = sqlite3.connect(path)
    held = {
        no: (from_on, to_on or "9999-12-31")
        for no, from_on, to_on in conn.execute(
            "SELECT delegation_no, from_on, to_on FROM standing WHERE state = '生效'"
        )
    }
    gives: dict[int, list[str]] = {}
    for no, act in conn.execute(
        "SELECT d.no, r.act FROM delegation AS d JOIN item AS i ON i.no = d.item"
        " JOIN act_rule AS r ON r.instrument = i.instrument AND r.mode = i.mode"
        " WHERE r.answer = 'yes' AND r.power_type IN ('', i.power_type)"
    ):
        gives.setdefault(no, []).append(act)
    policies = cedarpy.PolicySet.from_str(_POLICY)
    asked = questions(conn, QUESTIONS // 10)
    started = time.perf_counter()
    yes = 0
    for q in asked:
        first, last = held.get(q.delegation, ("9999-12-31", "0001-01-01"))
        zone = {"type": "Zone", "id": q.zone}
        request = {
            "principal": zone,
            "action": {"type": "Action", "id": "do"},
            "resource": {"type": "Delegation", "id": str(q.delegation)},
            "context": {"act": q.act, "day": _number(q.day)},
        }
        entity = {
            "uid": request["resource"],
            "attrs": {
                "zone": {"__entity": zone},
                "acts": gives.get(q.delegation, []),
                "held": {"from": _number(first), "to": _number(last)},
            },
            "parents": [],
        }
        yes += cedarpy.is_authorized(request, policies, [entity]).allowed
    _report((time.perf_counter() - started) * 10, yes=yes)


def _number(day: str) -> int:
    return int(day.replace("-", ""))


_MODEL: Final = """
[request_definition]
r = sub, obj, act, day
[policy_definition]
p = sub, obj, act, first, last
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act && r.day >= p.first && r.day <= p.last
"""


def casbin(path: str) -> None:
    """casbin with the policies of the delegation that is asked about, and no others."""
    import casbin as library

    conn = sqlite3.connect(path)
    asked = questions(conn, QUESTIONS // 10)
    policies: dict[int, list[list[str]]] = {}
    for no, zone, act, first, last in conn.execute(
        "SELECT d.no, z.id, r.act, s.from_on, coalesce(s.to_on, '9999-12-31')"
        " FROM delegation AS d JOIN zone AS z ON z.no = d.zone JOIN item AS i ON i.no = d.item"
        " JOIN act_rule AS r ON r.instrument = i.instrument AND r.mode = i.mode"
        " JOIN standing AS s ON s.delegation_no = d.no AND s.state = '生效'"
        " WHERE r.answer = 'yes' AND r.power_type IN ('', i.power_type)"
    ):
        policies.setdefault(no, []).append([zone, str(no), act, first, last])
    model = library.Model()
    model.load_model_from_text(_MODEL)
    enforcer = library.Enforcer(model)
    seconds, yes = 0.0, 0
    for q in asked:
        enforcer.clear_policy()
        enforcer.add_policies(policies.get(q.delegation, []))
        started = time.perf_counter()
        yes += enforcer.enforce(q.zone, str(q.delegation), q.act, q.day)
        seconds += time.perf_counter() - started
    _report(seconds * 10, yes=yes)


def batch(path: str) -> None:
    """A batch of questions on a registry just opened, reading included."""
    from registry.authority.answer import Question
    from registry.authority.answering import Authority

    conn = _connect(path)
    asked = [Question(q.zone, q.item, q.act, q.day) for q in questions(conn, MANY)]
    started = time.perf_counter()
    authority = Authority(conn)
    authority.read({question.item for question in asked})
    read = time.perf_counter() - started
    yes = sum(authority.can(question).answer == "yes" for question in asked)
    _report(time.perf_counter() - started, reading=round(read, 2), yes=yes)


def scan(path: str) -> None:
    """Its peer: the rows of all delegations with their items, fetched once."""
    conn = sqlite3.connect(path)
    started = time.perf_counter()
    rows = conn.execute(
        "SELECT d.no, z.id, i.id, i.name, p.mode, p.from_on, p.to_on, p.state, p.scope"
        " FROM delegation AS d JOIN zone AS z ON z.no = d.zone JOIN item AS i ON i.no = d.item"
        " JOIN delegation_period AS dp ON dp.delegation = d.no JOIN period AS p ON p.no = dp.period"
    ).fetchall()
    _report(time.perf_counter() - started, rows=len(rows))


WHAT: Final[dict[str, Callable[[str], None]]] = {
    "answers": answers,
    "look-up": look_up,
    "cedar": cedar,
    "casbin": casbin,
    "batch": batch,
    "scan": scan,
}

if __name__ == "__main__":
    WHAT[sys.argv[1]](sys.argv[2])
