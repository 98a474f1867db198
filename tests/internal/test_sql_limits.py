"""Readers' SQL against a running server: it is stopped in time, and takes little memory."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.conftest import ROOT
from tests.internal.conftest import Reader

PASSWORD = "correct-horse-9"
MEGABYTES = 500
C = "with recursive c(n) as (select 1 union all select n+1 from c) "
BIG = "hex(randomblob(95000))"
ENDLESS = C + "select count(*) from c"
CROSS = "findings a, findings b, findings c"
HEAVY = {
    "endless": ENDLESS,
    "cross join": f"select * from {CROSS}",
    "sorted": f"select a.*, b.* from {CROSS} order by random()",
    "printf": C + "select printf('%.*c', 190000, 'x') from c",
    "too large a value": "select hex(randomblob(150000))",
    "randomblob": C + "select randomblob(190000) from c",
    "wide characters": C + f"select {BIG} || '😀' from c",
    "wide rows": "select " + ", ".join([f"{BIG} || '😀'"] * 60),
    "json_group_array": C + f"select json_group_array({BIG}) from c",
    "json_array": f"with a as materialized (select {BIG} x) select json_array("
    + ", ".join(["x"] * 120)
    + ") from a",
    "materialized": C + f", d as materialized (select {BIG} x from c) select count(*) from d",
    "window": C + f"select json_group_array({BIG}) over (order by n rows 999 preceding) from c",
    "tables of tables": "with a0 as (select 1 x), "
    + ", ".join(f"a{n} as (select 1 x from a{n - 1} p, a{n - 1} q)" for n in range(1, 40))
    + " select count(*) from a39",
}


class Server(NamedTuple):
    """A running server."""

    address: str
    pid: int
    sessions: dict[str, dict[str, str]]

    @property
    def peak(self) -> float:
        """The most memory that it ever took, in megabytes."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1000


@pytest.fixture(scope="module")
def server(
    audited: Path, office: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Start `registry serve --internal`, and sign in."""
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc")
    folder = tmp_path_factory.mktemp("served")
    working = Path(shutil.copyfile(audited, folder / "registry.db"))
    working.chmod(0o644)
    program = [sys.executable, "-m", "registry", "--db", str(working)]
    env = {**os.environ, "REGISTRY_LANG": "en", "PYTHONPATH": str(ROOT)}
    people = {
        "office": ("--role", "office"),
        "slj": ("--role", "viewer", "--department", "slj"),
        "etdz": ("--role", "viewer", "--zone", "etdz"),
    }
    state = ("--state", str(folder / "state"))
    for name, role in people.items():
        subprocess.run(
            [*program, "user", "add", name, *role, "--password-stdin", *state],
            input=f"{PASSWORD}\n".encode(),
            env=env,
            check=True,
            capture_output=True,
        )
    log = folder / "log"
    with log.open("wb") as stream:
        served = ("serve", "--internal", str(office), *state, "--port", "0")
        process = subprocess.Popen([*program, *served], env=env, stdout=stream, stderr=stream)
    try:
        end = time.monotonic() + 60
        while not (found := re.search(r"http://\S+", log.read_text(encoding="utf-8"))):
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        address = found[0].rstrip("/")
        sessions = {}
        for name in people:
            form = {"name": name, "password": PASSWORD, "next": "/"}
            answer = httpx.post(
                f"{address}/-/sign-in", data=form, headers={"origin": address}, timeout=30
            )
            assert answer.status_code == 303, answer.text
            cookie = answer.headers["set-cookie"].partition(";")[0]
            sessions[name] = {"cookie": cookie, "accept": "text/html"}
            assert httpx.get(address, headers=sessions[name], timeout=60).status_code == 200
        yield Server(address, process.pid, sessions)
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.mark.long
@pytest.mark.parametrize("way", HEAVY)
def test_no_query_takes_the_memory_or_keeps_others_waiting(server: Server, way: str) -> None:
    waits: list[float] = []

    async def everything() -> list[int]:
        async with httpx.AsyncClient(base_url=server.address, timeout=120) as client:

            async def ask(who: str, end: str) -> int:
                query = {"sql": HEAVY[way], "_shape": "array" if end == ".json" else ""}
                answer = await client.get(
                    f"/catalogue{end}",
                    params={k: v for k, v in query.items() if v},
                    headers=server.sessions[who],
                )
                return answer.status_code

            async def dashboards() -> int:
                for _n in range(3):
                    await asyncio.sleep(0.3)
                    began = time.monotonic()
                    answer = await client.get("/", headers=server.sessions["etdz"])
                    assert answer.status_code == 200
                    waits.append(time.monotonic() - began)
                return 200

            asked = [ask("slj", ""), ask("office", ".json")]
            return list(await asyncio.gather(dashboards(), *asked))

    statuses = asyncio.run(everything())
    assert set(statuses) <= {200, 400}, statuses
    assert max(waits) < 5, waits
    assert server.peak < MEGABYTES, server.peak


@pytest.fixture(scope="module")
def hurried_reader(slj: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    """Read as 市水利局, where a query is stopped after a fifth of a second."""
    one = Reader(slj, metadata)
    assert one.app.sql_time_limit_ms == 2000
    one.app.sql_time_limit_ms = 200
    yield one
    one.close()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The query took longer than is allowed here"), ("zh", "查询")],
)
@pytest.mark.parametrize("end", ["", ".json", ".csv"])
def test_what_runs_for_ever_is_stopped(
    hurried_reader: Reader, end: str, language: str, words: str
) -> None:
    began = time.monotonic()
    answer = hurried_reader.get(f"/catalogue{end}", sql=ENDLESS, _lang=language)
    assert time.monotonic() - began < 6
    assert answer.status_code == 400
    text = answer.json()["error"] if end == ".json" else answer.text
    # Data is in the language of the site, whatever the address asks for.
    assert ("查询超过了规定时间" if end == ".json" else words) in text
    assert "datasette" not in text.lower().replace("application/json+datasette", "")


@pytest.mark.parametrize("end", ["", ".json", ".csv"])
def test_what_is_too_large_is_said(slj_reader: Reader, end: str) -> None:
    for sql in (HEAVY["too large a value"], HEAVY["randomblob"]):
        answer = slj_reader.get(f"/catalogue{end}", sql=sql, _lang="en")
        assert answer.status_code == 400
        text = answer.json()["error"] if end == ".json" else answer.text
        said = ["查询结果过大" if end == ".json" else "This result is too large"]
        if end == ".csv":  # of which there may be so much that a slow machine takes too long
            said.append("The query took longer")
        assert any(words in text for words in said)


@pytest.mark.parametrize("end", ["", ".json", ".csv"])
def test_an_error_that_quotes_no_text_is_the_readers(slj_reader: Reader, end: str) -> None:
    sql = "select json_extract('{}', cast(x'86' as text))"
    assert slj_reader.get(f"/catalogue{end}", sql=sql).status_code == 400


def test_pages_still_read_what_readers_may_not(slj_reader: Reader) -> None:
    assert slj_reader.get("/catalogue.json", sql=HEAVY["randomblob"]).status_code == 400
    assert slj_reader.get("/download/slj/workbook").status_code == 200


@pytest.mark.parametrize("column", ["owed_by", "covers"])
def test_no_cell_becomes_a_page_of_links(slj_reader: Reader, column: str) -> None:
    sql = f"select replace(printf('%.*c', 90000, 'a'), 'a', '1;') as {column}"
    answer = slj_reader.get("/catalogue", sql=sql)
    assert answer.status_code == 200
    assert answer.text.count("<a ") < 100
