"""Another reader's latency while three others run slow SQL:
`python -m bench.slow_queries DB OUT [FIRST LAST]`.

DB: a registry with a stored audit of everything; it is only read. For each statement three viewers
run it at the same time, which fills every place for queries; meanwhile a fourth asks for `SELECT 1`
and the office for its first page. OUT gets the table as Markdown, and standard output the worst.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

PASSWORD: Final = "lüster-Ahorn-47-Kranich"
ATTACKERS: Final = ("one", "two", "three")
LIMIT: Final = 3.0
"""Seconds that nobody's query waits."""


def _text(size: int, char: str) -> str:
    return f"printf('%.*c',{size},'{char}')"


def _counted(rows: int, value: str, *, more: str = "") -> str:
    head = f"with recursive {more}r(i) as (select 1 union all select i+1 from r limit {rows}) "
    return f"{head}select sum({value}) from {'p,' if more else ''}r"


_A, _SHORT = _text(199_000, "a"), _text(99_000, "a")
_CLASSES: Final = {
    "class": "replace(printf('%.*c',195,'x'),'x','[a-b]')",
    "negated class": "replace(printf('%.*c',195,'x'),'x','[^c]')",
    "wide class": "replace(printf('%.*c',120,'x'),'x','[!-a]')",
    "question marks": "printf('%.*c',900,'?')",
    "stars and classes": "replace(printf('%.*c',120,'x'),'x','[a-b]*')",
}
_ESCAPES: Final = {
    "underscores": "printf('%.*c',900,'_')",
    "percent, letter": "replace(printf('%.*c',300,'x'),'x','%a_')",
    "percent, underscore": "replace(printf('%.*c',450,'x'),'x','%_')",
    "percent": "'%'||replace(printf('%.*c',180,'x'),'x','aaaaa')",
    "wide letters": "'%'||replace(printf('%.*c',300,'x'),'x','Ａ')",
}
_C = "with recursive c(n) as (select 1 union all select n+1 from c) "
_TABLES = "findings a, findings b, findings c"
_HEX = "hex(randomblob(95000))"

STATEMENTS: Final[dict[str, str]] = {
    **{
        f"GLOB: {name}": _counted(
            25, f"({_A}||i) glob p", more=f"p(p) as (select '*'||{one}||'c'),"
        )
        for name, one in _CLASSES.items()
    },
    **{
        f"LIKE: {name}": _counted(60, f"({_A}||i) like p", more=f"p(p) as (select {one}||'c'),")
        for name, one in _ESCAPES.items()
    },
    **{
        f"instr: {name}": _counted(100, f"instr({_A}||i,{one}||'b'||i)")
        for name, one in {
            "99,000 letters": _SHORT,
            "50,000 letters": _text(50_000, "a"),
            "10,000 letters": _text(10_000, "a"),
            "1,000 letters": _text(1_000, "a"),
            "bytes": f"cast({_SHORT} as blob)",
        }.items()
    },
    **{
        f"replace: {name}": _counted(100, f"length(replace({_A}||i,{one},'x'))")
        for name, one in {
            "99,000 letters": f"{_SHORT}||'b'",
            "50,000 letters": f"{_text(50_000, 'a')}||'b'",
            "9,000 letters": f"{_text(9_000, 'a')}||'b'",
            "900 letters": f"{_text(900, 'a')}||'b'",
            "nested": f"replace({_text(30_000, 'a')},'a','aa')||'b'",
        }.items()
    },
    **{
        f"trim: {name}": _counted(100, f"length({one})")
        for name, one in {
            "both": f"trim({_A}||i,{_text(99_000, 'b')}||'a')",
            "left": f"ltrim({_A}||i,{_text(99_000, 'b')}||'a')",
            "right": f"rtrim(i||{_A},{_text(99_000, 'b')}||'a')",
            "wide": f"trim({_A}||i,replace({_text(40_000, 'b')},'b','字')||'a')",
            "of itself": f"trim({_A}||i,{_A})",
        }.items()
    },
    **{
        f"JSON: {name}": sql
        for name, sql in {
            "patch": _counted(
                200,
                "length(json_patch(x,y))",
                more="p(x,y) as (select json_group_object(key||'',1), json_group_object('b'||key,1)"
                " from json_each('['||replace(printf('%.*c',9000,'x'),'x','1,')||'1]')),",
            ),
            "deep": _counted(
                400,
                "json_valid(x)",
                more="p(x) as (select replace(printf('%.*c',900,'x'),'x','[')"
                "||replace(printf('%.*c',900,'x'),'x',']')),",
            ),
            "extract": _counted(
                9_000, "json_extract(x,'$['||i||']')",
                more="p(x) as (select '['||replace(printf('%.*c',60000,'x'),'x','1,')||'1]'),",
            ),
            "tree": "with p(x) as (select '['||replace(printf('%.*c',60000,'x'),'x','1,')||'1]') "
            "select count(*) from p, json_tree(x) a, json_tree(x) b",
            "remove": _counted(
                9_000, "length(json_remove(x,'$['||i||']'))",
                more="p(x) as (select '['||replace(printf('%.*c',60000,'x'),'x','1,')||'1]'),",
            ),
        }.items()
    },
    "printf: many": f"{_C}select printf('%.*c',190000,'x') from c",
    "printf: wide": _counted(900, "length(printf('%-199000s|','a'||i))"),
    "printf: digits": _counted(900, "length(printf('%.15000f',i/7.0))"),
    "printf: quoted": _counted(400, f"length(printf('%q',replace({_SHORT},'a',char(39))))"),
    "zeroblob": _counted(900, "length(hex(zeroblob(90000)))"),
    "randomblob: many": f"{_C}select randomblob(190000) from c",
    "randomblob: hex": f"{_C}select count({_HEX}) from c",
    "hex: nested": _counted(900, "length(hex(hex(randomblob(40000))))"),
    "upper": _counted(9_000, f"length(upper({_A}))"),
    "quote": _counted(2_000, f"length(quote({_A}))"),
    "endless": f"{_C}select count(*) from c",
    "endless: values": f"{_C}select max(n*n%7) from c",
    "recursion that sorts": "with recursive c(n,x) as (select 1,random() union all "
    "select n+1,random() from c order by 2) select count(*) from c",
    "recursion that grows": "with recursive c(x) as (select 'a' union all select x||x||'b' from c) "
    "select count(*) from c",
    "recursion of two": "with recursive c(x,y) as (select 0,0 union select x+1,y from c union "
    "select x,y+1 from c) select count(*) from c",
    "tables of tables": "with a0 as (select 1 x), "
    + ", ".join(f"a{n} as (select 1 x from a{n - 1} p, a{n - 1} q)" for n in range(1, 40))
    + " select count(*) from a39",
    "cross join": f"select count(*) from {_TABLES}",
    "cross join: all rows": f"select * from {_TABLES}",
    "cross join, sorted": f"select a.*, b.* from {_TABLES} order by random()",
    "cross join, grouped": f"select a.message_zh||b.message_zh, count(*) from {_TABLES} group by 1",
    "cross join, distinct": f"select distinct a.message_zh||b.message_zh||c.code from {_TABLES}",
    "window": f"{_C}select json_group_array({_HEX}) over (order by n rows 999 preceding) from c",
    "window over all": "select sum(length(a.message_zh)) over (order by b.message_zh) "
    f"from {_TABLES}",
    "materialized": f"{_C}, d as materialized (select {_HEX} x from c) select count(*) from d",
    "json_group_array": f"{_C}select json_group_array({_HEX}) from c",
    "group_concat": f"select group_concat(a.message_zh) from {_TABLES}",
    "sum of a subquery": "select sum((select count(*) from findings b, findings c "
    "where b.code<a.code)) from findings a",
    "correlated": "select * from finding_history a where (select count(*) from "
    "finding_history b, finding_history c where b.message_zh like '%'||a.code||'%') > 1",
    "search": "select count(*) from items_fts a, items_fts b, items_fts c "
    "where a.items_fts match '\"5e02\"'",
    "dates": f"{_C}select count(strftime('%Y %j',n,'unixepoch','start of year')) from c",
}  # fmt: skip


@dataclass
class Measured:
    """Of one statement: seconds of the slow ones, and of what others asked meanwhile."""

    statuses: list[int] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    failed: int = 0


class Site:
    """A running internal site, and its readers."""

    def __init__(self, db: Path, folder: Path) -> None:
        self._program = [sys.executable, "-m", "registry", "--db", str(db)]
        self._state = ["--state", str(folder / "state")]
        self._env = {**os.environ, "REGISTRY_LANG": "en"}
        self._run("publish", "--internal", "-o", str(folder / "office.db"))
        departments = self._departments(folder / "office.db")
        self._add("office", "--role", "office")
        for name, department in zip((*ATTACKERS, "victim"), departments, strict=False):
            self._add(name, "--role", "viewer", "--department", department)
        told = (folder / "told").open("w+b")
        serve = ["serve", "--internal", str(folder / "office.db"), *self._state, "--port", "0"]
        self.process = subprocess.Popen(
            [*self._program, *serve], env=self._env, stdout=told, stderr=told, cwd=folder
        )
        end = time.monotonic() + 60
        while not (found := re.search(rb"http://127\.0\.0\.1:(\d+)", Path(told.name).read_bytes())):
            if time.monotonic() > end:
                raise RuntimeError(Path(told.name).read_text(encoding="utf-8"))
            time.sleep(0.1)
        self.port = int(found[1])
        self.cookies = {name: self._sign_in(name) for name in (*ATTACKERS, "victim", "office")}

    def ask(self, who: str, path: str, timeout: float = 60) -> tuple[int, float]:
        """Status and seconds of a request; status 0 where it failed."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookies[who]})
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began
        except OSError:
            return 0, time.monotonic() - began
        finally:
            connection.close()

    def peak(self) -> int:
        """The most memory of the server, in MB; 0 where that is not told."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) // 1000 if found else 0

    def close(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=60)

    def _run(self, *arguments: str, told: bytes = b"") -> None:
        command = [*self._program, *arguments]
        done = subprocess.run(command, input=told, env=self._env, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())

    def _add(self, name: str, *role: str) -> None:
        more = ["--password-stdin", *self._state]
        self._run("user", "add", name, *role, *more, told=f"{PASSWORD}\n".encode())

    @staticmethod
    def _departments(file: Path) -> list[str]:
        import sqlite3

        with sqlite3.connect(file) as conn:
            found = conn.execute(
                "SELECT body FROM finding_bodies GROUP BY body HAVING body IN (SELECT id FROM"
                " departments) ORDER BY count(*) DESC LIMIT 4"
            )
            return [body for (body,) in found]

    def _sign_in(self, name: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        form = urlencode({"name": name, "password": PASSWORD, "next": "/"})
        origin = f"http://127.0.0.1:{self.port}"
        kind = "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        connection.request("POST", "/-/sign-in", form, headers)
        answer = connection.getresponse()
        answer.read()
        cookies = [v for k, v in answer.getheaders() if k.lower() == "set-cookie"]
        connection.close()
        if answer.status != 303:
            raise RuntimeError(f"{name}: {answer.status}")
        return "; ".join(one.partition(";")[0] for one in cookies)


def measure(site: Site, sql: str) -> Measured:
    """Run a statement as three readers, and ask as two others meanwhile."""
    found, over = Measured(), threading.Event()

    def slow(who: str) -> None:
        status, seconds = site.ask(who, f"/catalogue.json?sql={quote(sql)}")
        found.statuses.append(status)
        found.slow.append(seconds)

    def others(who: str, path: str, seconds: list[float]) -> None:
        while not over.is_set():
            status, took = site.ask(who, path)
            seconds.append(took)
            found.failed += status != 200
            over.wait(0.1)

    def started(work: Callable[..., None], *told: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=told)
        thread.start()
        return thread

    attacks = [started(slow, who) for who in ATTACKERS]
    time.sleep(0.2)
    asking = [
        started(others, "victim", "/catalogue.json?sql=select+1", found.queries),
        started(others, "office", "/", found.pages),
    ]
    for thread in attacks:
        thread.join()
    over.set()
    for thread in asking:
        thread.join()
    return found


def table(found: dict[str, Measured]) -> str:
    """What was measured, as Markdown."""
    lines = ["| statement | answered | ended after, s | another's query, s | a page, s |"]
    lines.append("|---|---|---|---|---|")
    for name, one in found.items():
        statuses = "/".join(map(str, sorted(set(one.statuses))))
        numbers = [max(times, default=0.0) for times in (one.slow, one.queries, one.pages)]
        lines.append(f"| {name} | {statuses} | " + " | ".join(f"{n:.2f}" for n in numbers) + " |")
    return "\n".join(lines) + "\n"


def main(db: Path, out: Path, first: int = 0, last: int = len(STATEMENTS)) -> int:
    """Measure all, or those of these numbers, write the table, and tell the worst."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(db, Path(folder))
        try:
            for who in (*ATTACKERS, "victim", "office"):
                site.ask(who, "/")  # each reader's file is made at the first request
            chosen = list(STATEMENTS.items())[first:last]
            found: dict[str, Measured] = {}
            for name, sql in chosen:
                found[name] = measure(site, sql)
                worst = max(found[name].queries, default=0.0)
                print(f"{name}: {max(found[name].slow):.2f} {worst:.2f}", file=sys.stderr)
            peak = site.peak()
        finally:
            site.close()
    out.write_text(table(found), encoding="utf-8")
    worst = {
        "statements": len(found),
        "slowest ended after": max(max(one.slow) for one in found.values()),
        "another's query": max(max(one.queries, default=0.0) for one in found.values()),
        "page": max(max(one.pages, default=0.0) for one in found.values()),
        "not answered": sum(one.failed for one in found.values()),
        "megabytes": peak,
    }
    print(json.dumps(worst))
    return int(worst["another's query"] > LIMIT or worst["not answered"] > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:5])))
