"""Readings of the internal site that would leave no line in its access log."""

from __future__ import annotations

import json
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest

from tests.attacks.checks import done
from tests.internal.auth_client import Response
from tests.internal.conftest import rows
from tests.internal.site_client import SiteClient, visited
from tests.running import Run

pytestmark = pytest.mark.long

Runner = Callable[..., Run]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where users and the log are."""
    return tmp_path_factory.mktemp("state") / "registry-internal"


@pytest.fixture(scope="module")
def site(office: Path, metadata: dict[str, Any], state: Path) -> Iterator[SiteClient]:
    """Open the site."""
    with visited(office, state, metadata) as one:
        yield one


def lines(state: Path) -> list[dict[str, Any]]:
    """Every line of the log; each has to be JSON of its own."""
    found = []
    for path in sorted(state.glob("access.log*")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            found.append(json.loads(line))
    return sorted(found, key=lambda line: int(line["seq"]))


def new_lines(site: SiteClient, state: Path, path: str, who: str = "slj", **how: str) -> Any:
    """Ask, and give the answer with the lines that it made."""
    before = len(lines(state))
    method = how.pop("method", "GET")
    answer = site.run(site.ask(path, who, method, b"", **how))
    return answer, lines(state)[before:]


def holds_rows(answer: Response, secrets: list[str]) -> bool:
    """Whether the answer has rows that only those who sign in may read."""
    return answer.status < 300 and any(one.encode() in answer.body for one in secrets)


@pytest.fixture(scope="module")
def secrets(slj: Path) -> list[str]:
    """What of findings is in the file of a department."""
    return [
        str(one)
        for row in rows(slj, "SELECT fingerprint, message_zh, message_en FROM findings")
        for one in row
    ]


SPELLINGS: Final = (
    "/catalogue/findings.csv?_stream=1",
    "/catalogue/f%69ndings.csv?_stream=on&_size=max",
    "/catalogue/%66indings.json?_shape=array&_size=max",
    "/catalogue/~66indings.json?_shape=array&_size=max",
    "//catalogue/findings.csv?_stream=1",
    "/catalogue//findings.csv",
    "/./catalogue/findings.csv",
    "/x/../catalogue/findings.csv",
    "/static/../catalogue/findings.csv",
    "/static/%2e%2e/catalogue/findings.csv",
    "/-/static/..%2f..%2fcatalogue/findings.csv",
    "/-/static/app.css/../../../catalogue/findings.json",
    "/catalogue/findings.json;/static/app.css?_shape=array",
    "/catalogue/findings.CSV",
    "/CATALOGUE/findings.csv",
    "/catalogue/findings/.csv",
    "/catalogue/findings.csv/",
    "/catalogue/findings?_format=csv",
    "/catalogue/findings?_format=json&_shape=array&_size=max",
    "/catalogue/findings.jsono",
    "/catalogue/findings.notebook",
    "/catalogue/findings.blob",
    "/catalogue-0000000/findings.csv",
    "/catalogue/findings.json?_nl=on&_size=max&_shape=array",
    "/catalogue/findings?_facet=message_zh&_size=0",
    "/catalogue/findings.json?_facet=message_en&_facet_size=max&_size=0",
    "/catalogue/finding_history.csv?_stream=on&_next=1",
    "/catalogue/findings.csv?_where=1=1&_stream=1",
    "/catalogue.csv?sql=select+*+from+findings&_stream=1",
    "/catalogue.json?sql=select+*+from+findings&_shape=array",
    "/catalogue?sql=select+*+from+findings",
    "/catalogue/-/query.json?sql=select+*+from+findings&_shape=array",
    "/catalogue/-/query.csv?sql=select+*+from+findings",
    "/_internal/findings.csv",
    "/search?q=" + quote("协议"),
    "/sql?sql=select+*+from+findings",
)


@pytest.mark.parametrize("who", ["slj", "office"])
@pytest.mark.parametrize("path", SPELLINGS)
def test_other_spellings_of_tables(
    path: str, who: str, site: SiteClient, state: Path, secrets: list[str]
) -> None:
    """Whatever the address is written like: rows are shown only where a line says so."""
    for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "get", "PROPFIND"):
        answer, made = new_lines(site, state, path, who, method=method)
        assert answer.status < 500, (method, answer.status, answer.text[:300])
        if holds_rows(answer, secrets):
            events = {line["event"] for line in made}
            assert events & {"sql", "read", "download", "page"}, (method, made)
            if re.search(r"csv|json|format|sql=", path):
                assert events & {"sql", "read", "download"}, (method, made)
            assert all(line["user"] == who for line in made)


def test_documents_by_halves(site: SiteClient, state: Path) -> None:
    """Documents by ranges, conditions, as blobs, in tables, by SQL: each time a line."""
    answer = site.get("/", "slj")
    links = set(re.findall(r'href="(/[^"#]*(?:workbook|letter|download|zip)[^"#]*)"', answer.text))
    first = site.get("/", "office")
    office_links = set(re.findall(r'href="(/[^"#]*(?:zip|xlsx|docx|download)[^"#]*)"', first.text))
    assert links
    assert office_links
    asks: list[dict[str, str]] = [
        {},
        {"range": "bytes=0-"},
        {"range": "bytes=0-10,20-"},
        {"if-none-match": "*"},
        {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"x-http-method-override": "HEAD"},
        {"accept-encoding": "gzip, br"},
        {"method": "HEAD"},
    ]
    got = 0
    for who, paths in (("slj", links), ("office", office_links)):
        for path in sorted(paths)[:12]:
            for headers in asks:
                asked, made = new_lines(site, state, path.replace("&amp;", "&"), who, **headers)
                assert asked.status < 500
                if asked.body[:2] == b"PK":
                    got += 1
                    assert [line["event"] for line in made] == ["download"], (path, headers, made)
                    assert made[0]["user"] == who
                else:
                    assert made, (path, headers)
    assert got >= 6
    for path in (
        "/catalogue/downloads.csv?_stream=1&_blob_column=content",
        "/catalogue/downloads/slj,workbook.blob?_blob_column=content",
        "/catalogue/downloads/department,slj,workbook.blob?_blob_column=content",
        "/catalogue.csv?sql=select+*+from+downloads",
        "/catalogue.json?sql=select+hex(content)+from+downloads&_shape=array",
        "/catalogue.blob?sql=select+content+from+downloads&_blob_column=content",
        "/catalogue/downloads.json?_shape=array&_size=max",
    ):
        asked, made = new_lines(site, state, path)
        assert asked.status < 500
        if asked.status < 300:
            assert {line["event"] for line in made} & {"sql", "read", "download"}, path


INJECTED: Final = (
    '\n{"seq": 1, "event": "sign-out", "user": "slj"}\n',
    "\r\n\r\n",
    "\x00\x01\x1b[2K\x1b[1A",
    "\u2028\u2029\x85",
    '"}\n',
    "\\",
    "\ufeff" + "x" * 7_000,
    "𝕏" * 500,
    "/* */ --",
)


@pytest.mark.parametrize("text", INJECTED)
def test_lines_that_a_reader_writes(
    text: str, site: SiteClient, state: Path, secrets: list[str]
) -> None:
    """What somebody asks can't end, hide or forge a line; the whole of it stands there."""
    sql = f"select * from findings where 'a' <> '{text}'"
    for path in (
        f"/catalogue.json?_shape=array&{urlencode({'sql': sql})}",
        f"/catalogue.csv?{urlencode({'sql': sql})}",
        f"/catalogue/findings.json?_shape=array&_size=max&{urlencode({'x': text})}",
        f"/catalogue/findings.csv?_stream=1&_x={quote(text)}#x",
    ):
        answer, made = new_lines(site, state, path)
        assert answer.status < 500
        if holds_rows(answer, secrets):
            assert len(made) == 1
            assert made[0]["user"] == "slj"
            assert made[0]["event"] in ("sql", "read")
            if "sql=" in path:
                assert made[0]["sql"] == sql
    raw = b"".join(path.read_bytes() for path in sorted(state.glob("access.log*")))
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", raw)
    numbers = [line["seq"] for line in lines(state)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_log_that_is_full(
    site: SiteClient,
    state: Path,
    secrets: list[str],
    few: Path,
    run: Runner,
    tmp_path: Path,
) -> None:
    """While the disk is full nothing is shown; afterwards the chain is whole."""
    for who in ("slj", "office"):
        site.cookie(who)
    for path in ("/catalogue/findings.csv?_stream=1", "/catalogue.json?sql=select+*+from+findings"):
        answer, made = new_lines(site, state, path)
        assert holds_rows(answer, secrets)
        assert made
        log = state / "access.log"
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        for room in (0, 1, 40, 200):
            size = log.stat().st_size
            kept = log.read_bytes()
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, before[1]))
            try:
                refusals = [site.get(path, who) for who in ("slj", "office")]
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            for refusal in refusals:
                assert refusal.status == 503, (room, refusal.status)
                assert not holds_rows(refusal, secrets)
                assert not any(one.encode() in refusal.body for one in secrets)
            assert log.read_bytes() == kept
        again, made = new_lines(site, state, path)
        assert holds_rows(again, secrets)
        assert len(made) == 1
    shutil.copyfile(few, tmp_path / "registry.db")
    shutil.copytree(state, tmp_path / "copied")
    (tmp_path / "copied").chmod(0o700)
    done(run("verify", "--state", "copied"))
