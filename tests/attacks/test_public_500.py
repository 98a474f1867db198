"""Requests to the public site that would end in an error of ours."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.conftest import SEED, amount
from tests.publications import Visitor
from tests.running import environment

pytestmark = pytest.mark.long

BROKEN: Final = ("Traceback", "sqlite3.", "OperationalError", "site-packages", "/registry/site")


def sound(visitor: Visitor, path: str, headers: dict[str, str] | None = None) -> int:
    """Ask, and give the status: below 500, and nothing of the program's inside."""
    answer = visitor.get(path, headers=headers)
    assert answer.status_code < 500, (path, headers, answer.status_code, answer.text[:500])
    for word in BROKEN:
        assert word not in answer.text, (path, word)
    return answer.status_code


@pytest.fixture(scope="module")
def addresses(demo_visitor: Visitor) -> list[str]:
    """Addresses of all kinds that pages of the site link to, three of each kind."""
    kinds: dict[str, list[str]] = {}
    seen: set[str] = set()
    new = ["/", "/catalogue", "/search?q=a"]
    while new:
        path = new.pop(0)
        text = demo_visitor.get(path).text
        for link in re.findall(r'(?:href|src|action)="(/[^"#/][^"#]*)"', text):
            link = link.replace("&amp;", "&")
            kind = re.sub(r"[0-9]+|(?<=/)[^/?]*[-%~][^/?]*", "#", link.partition("?")[0])
            if link not in seen and len(kinds.setdefault(kind, [])) < 3 and len(seen) < 150:
                seen.add(link)
                kinds[kind].append(link)
                if ".db" not in link and "/static/" not in link:
                    new.append(link)
    found = [one for some in kinds.values() for one in some]
    assert len(found) > 20
    return found


VALUES: Final = (
    *("", "0", "-1", "1e999", "9" * 30, "NaN", "null", "[]", "{}", "[[[[", '"', "'", "%", "_", "*"),
    *(
        "\x00",
        "\ud7ff",
        "\ufffe",
        "𝕏",
        "٣",
        "²",
        "１",
        "a" * 3_000,
        "../..",
        "NEAR(a",
        "a AND",
        "-",
    ),
    *("2021-02-30", "9999-12-31", "0000-00-00", "99999-01-01", "2021-06-30T25:61", "../etc/passwd"),
)


def test_parameters_of_pages(addresses: list[str], demo_visitor: Visitor) -> None:
    """Every parameter that a page takes, and Datasette's own, with every odd value."""
    named = {name for one in addresses for name in re.findall(r"[?&]([^=&]+)=", one)} | {
        "q",
        "zone",
        "on",
        "as_of",
        "lang",
        "page",
        "department",
        "act",
        "item",
    }
    paths = sorted({one.partition("?")[0] for one in addresses})
    draw = random.Random(f"pages {SEED}")
    pairs = list(itertools.product(paths, sorted(named), VALUES))
    draw.shuffle(pairs)
    for path, name, value in pairs[: amount(60, 150, 5_000)]:
        sound(demo_visitor, f"{path}?{name}={quote(value)}&{name}={quote(value)}")


TABLE_PARAMETERS: Final = (
    *(
        "_size",
        "_next",
        "_sort",
        "_sort_desc",
        "_facet",
        "_facet_array",
        "_facet_date",
        "_facet_size",
    ),
    *("_search", "_searchmode", "_where", "_col", "_nocol", "_shape", "_labels", "_json", "_nl"),
    *(
        "_timelimit",
        "_ttl",
        "_trace",
        "_extra",
        "_stream",
        "_dl",
        "_header",
        "_through",
        "_nocount",
    ),
    *("_nofacet", "_nosuggest", "_blob_column", "_blob_hash", "_bom", "_format", "_filter_column"),
    *("_filter_op", "_filter_value", "id__in", "id__glob", "id__like", "id__arraycontains"),
    *("id__date", "id__gt", "id__isblank", "id__nothing", "__exact", "rowid", "name__regexp"),
)


def test_parameters_of_tables(demo_visitor: Visitor) -> None:
    """Tables, views, rows and ready queries in each format, with two odd parameters at once."""
    known = demo_visitor.get("/catalogue.json").json()
    tables = [one["name"] for one in known["tables"]] + [
        one["name"] for one in known.get("views", [])
    ]
    queries = [one["name"] for one in known.get("queries", [])]
    draw = random.Random(f"tables {SEED}")
    for _turn in range(amount(40, 120, 8_000)):
        table = draw.choice([*tables, *queries])
        ending = draw.choice(["", ".json", ".csv", ".jsono", ".blob", ".db", ".xml", "/-/x"])
        row = draw.choice(
            ["", "", "/1", "/a,b", "/,,,", "/1-01", "/~00", "/~ZZ", "/%FF", "/1,2,3,4,5"]
        )
        more = "&".join(
            f"{draw.choice(TABLE_PARAMETERS)}={quote(draw.choice([*VALUES, 'id', 'name', 'item']))}"
            for _n in range(2)
        )
        sound(demo_visitor, f"/catalogue/{table}{row}{ending}?{more}")


HEADERS: Final[tuple[dict[str, str], ...]] = (
    {"accept-language": "zh;q=abc,en;q=-1,*;q=999999999999999999999"},
    {"accept-language": "," * 3_000},
    {"accept-language": "x" * 5_000 + ";q=" + "9" * 3_000},
    {"accept-encoding": "gzip;q=x, br;;;, *;q=nan"},
    {"accept": "application/json;q=nonsense, */*"},
    {"cookie": "=; ;;; a=b=c; lang; registry_lang=\x7f; ds_actor=%%%; ds_messages=WyJ4Il0"},
    {"cookie": "lang=" + "%E2%80%A8" * 300 + "; registry_language=xx; language=<script>"},
    {"cookie": 'ds_actor="' + "a" * 3_000 + '"; ds_csrftoken=\\"'},
    {"if-none-match": 'W/"' + "x" * 3_000 + ', "', "if-modified-since": "yesterday"},
    {"if-modified-since": "Thu, 99 Foo 99999 99:99:99 +9999", "if-range": '"'},
    {"range": "bytes=99999999999999999999-1,-0,a-b", "x-forwarded-for": "'"},
    {"host": "[::1", "x-forwarded-proto": "javascript", "x-forwarded-host": "a b"},
    {"host": "", "referer": "http://[", "origin": "null"},
    {"content-length": "abc", "transfer-encoding": "x", "expect": "100-continue"},
    {"sec-fetch-site": "x", "authorization": "Bearer " + "a" * 3_000, "upgrade": "websocket"},
)


@pytest.mark.parametrize("headers", HEADERS)
def test_headers(headers: dict[str, str], addresses: list[str], demo_visitor: Visitor) -> None:
    """Headers that no browser sends, to one address of each kind."""
    draw = random.Random(f"{headers} {SEED}")
    for path in draw.sample(addresses, min(len(addresses), amount(3, 4, 100))):
        sound(demo_visitor, path, headers)


@pytest.fixture
def served(demo: Path, tmp_path: Path) -> Iterator[tuple[int, Callable[[], str]]]:
    """Serve the file as users do; its port, and what it told on standard error."""
    log = tmp_path / "told"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", "serve", str(demo), "--port", "0"],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        end = time.monotonic() + 40
        port = None
        while port is None:
            assert time.monotonic() < end, log.read_text("utf-8")
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text("utf-8")):
                port = int(found[1])
        yield port, lambda: log.read_text("utf-8")
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


ASKED: Final = (
    "/catalogue/clauses/1",
    "/catalogue/duties/1.json",
    "/catalogue/items?_through=%5B%5D",
    "/catalogue/deliverables.csv?_timelimit=-1",
    "/catalogue/items.json?_timelimit=0",
    "/catalogue/items?_timelimit=1&_facet=name&_facet=law",
    "/catalogue/items?_sort=nothing",
    "/catalogue/items?_next=%FF%00",
    "/catalogue/items?_facet_array=%00",
    "/catalogue/items/~00",
    "/catalogue/items.csv?_size=-1",
    "/search?q=%00%FF%ED%A0%80",
    "/item/%00",
    "/%00",
    "/static/%00",
    "/-/nothing",
)


def test_what_a_server_tells(served: tuple[int, Callable[[], str]]) -> None:
    """What visitors ask wrongly is told them below 500, and no trace of it is in the journal."""
    port, told = served
    for method in ("GET", "POST", "HEAD", "DELETE", "PATCH", "QUERY"):
        for path in ASKED:
            conn = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                conn.request(method, path)
                answer = conn.getresponse()
                body = answer.read().decode("utf-8", "replace")
            finally:
                conn.close()
            assert answer.status < 500, (method, path, answer.status)
            assert not any(word in body for word in BROKEN), (method, path)
    assert "Traceback" not in told(), told()[-3000:]


def test_pages_while_the_file_goes(demo: Path, metadata: dict[str, Any], tmp_path: Path) -> None:
    """The published file is taken away, or cut, while it is served: no page breaks into a trace."""
    copy = tmp_path / "catalogue.db"
    copy.write_bytes(demo.read_bytes())
    visitor = Visitor(copy, metadata)
    try:
        assert sound(visitor, "/") == 200
        copy.unlink()
        for path in (
            "/",
            "/catalogue/items",
            "/catalogue/items.csv",
            "/search?q=a",
            "/data/catalogue.db",
        ):
            answer = visitor.get(path)
            assert answer.status_code < 500, (path, answer.status_code, answer.text[:300])
            assert not any(word in answer.text for word in BROKEN), path
    finally:
        visitor.close()
