"""Every address there is, from the list of the running application: closed to strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from registry.internal.application import make_internal
from tests.conftest import sample
from tests.internal.auth_client import Response
from tests.internal.conftest import rows
from tests.internal.site_client import SiteClient, visited

FORMATS = ("", ".json", ".jsono", ".csv", ".blob", ".db", ".txt")
IDS = {
    "item": "1-08",
    "zone": "etdz",
    "department": "slj",
    "rule": "AGR001",
    "download": "slj",
    "notice": "lzz-2021-4",
}
FORMS = re.compile(r"/(?:account|answers(?:/[0-9]+)?|answer/[0-9a-f]+|inbox/[0-9]+)")
STYLE = {"/-/static/app.css", "/static/internal.css"}
EXTRA = [
    *("/-/allow-debug", "/-/password-tool", "/-/login", "/-/logout", "/-/permissions"),
    *("/-/actor", "/-/actor.json", "/-/metadata", "/-/metadata.json", "/-/threads.json"),
    *("/-/databases.json", "/-/versions.json", "/-/plugins.json", "/-/settings.json"),
    *("/-/config.json", "/-/patterns", "/-/messages", "/-/auth-token?token=x", "/-/", "/-"),
    *("/catalogue.db", "/catalogue.db?x=1", "/_internal", "/_internal.db", "/_internal.json"),
    *("/_internal/tables.json", "/_memory", "/_memory.json?sql=select+1", "/:memory:"),
    *("/about", "/pages/about", "/_base", "/internal", "/page/progress", "/base"),
    *("/-/static/../../application.py", "/static/../metadata.yml", "/static/..%2f..%2fx"),
    *("/static/%2e%2e/templates/base.html", "/static//internal.css", "/static/", "/-/static/"),
    *("/-/static-plugins/datasette/app.css", "/-/static-plugins/x/../../users.json"),
    *("/static/internal.css/", "/static/internal.css/../../catalogue", "/static/.", "/static/x"),
    *("//catalogue", "//catalogue/findings.json", "//evil.test/", "/\\evil.test", "/./catalogue"),
    *("/catalogue%2ffindings", "/catalogue%2Ffindings.json", "/%2e/catalogue", "/%2fcatalogue"),
    *("/catalogue/findings/../findings.json", "/-/sign-in/../catalogue.json", "/-/sign-in/"),
    *("/-/sign-in%2f..%2fcatalogue", "/-/sign-in.json", "/-/sign-out/", "/robots.txt/catalogue"),
    *("/-%2fsign-in", "/-/sign-in;/catalogue", "/catalogue;/-/sign-in", "/favicon.ico"),
    *("/catalogue.json?sql=select+*+from+findings", "/catalogue.csv?sql=select+*+from+findings"),
    *("/catalogue/findings.csv?_stream=1", "/catalogue/findings.json?_shape=array&_nl=on"),
    *("/catalogue/findings?_format=json", "/catalogue/findings?_where=1=1", "/?_trace=1"),
    *("/catalogue/downloads/department~2Cslj.blob?_blob_column=content", "/~2Dcatalogue"),
    *("/CATALOGUE", "/Catalogue/Findings", "/catalogue/", "/catalogue/findings/", "*", "/%00"),
]


def concrete(pattern: str, finding: str) -> set[str]:
    """Addresses that fit the pattern of a route."""
    if pattern.startswith("/(-/"):  # what our plugin closes
        return {"/-/x", "/_internal", "/_memory", "/:memory:"}
    page = re.match(r"\^?/(\w+)/\(\?P<id>", pattern)
    key = IDS.get(page[1], finding) if page else "lzz-2021-4"
    text = pattern.strip("^$")
    for part, value in (
        (r"(?P<id>[^/]+)", key),
        (r"(?P<id>[0-9a-f]{1,64})", finding),
        (r"(?P<no>[0-9]{1,9})", "1"),
        (r"(?:/", "/"),
        (r"(?P<kind>workbook|letter|progress|audit)", "workbook"),
        (r"(?P<kind>letters|workbooks)\.zip", "letters.zip"),
        (r"(?P<path>.*)", "app.css"),
        (r"(?P<rest>.*)", ""),
        (r"(?P<database>[^\/\.]+)", "catalogue"),
        (r"(?P<table>[^\/\.]+)", "findings"),
        (r"(?P<table>[^/]+?)", "findings"),
        (r"(?P<pks>[^/]+?)", finding),
        (r"\.db", ".db"),
        (")?", "") if "(?:" in pattern else ("/?", "/"),
    ):
        text = text.replace(part, value)
    if "(?P<format>" not in text:
        return {text}
    before = re.sub(r"\(\\?\.?\(\?P<format>.*$", "", text)
    return {f"{before}{one}" for one in FORMATS} | {f"{before}?_format=json"}


@pytest.fixture(scope="module")
def site(
    office: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """Open the site on the office's file."""
    with visited(office, tmp_path_factory.mktemp("closed") / "state", metadata) as one:
        yield one


@pytest.fixture(scope="module")
def addresses(office: Path, metadata: dict[str, Any]) -> list[str]:
    """Give an address or more of each route, of each table and of each ready query."""
    finding = rows(office, "SELECT min(fingerprint) FROM findings")[0][0]
    app = make_internal(office, metadata)
    patterns = [p if isinstance(p, str) else p.pattern for p, _view in app._routes()]
    queries = list(app.site.queries)
    app.close()
    found = {one for pattern in patterns for one in concrete(pattern, finding)}
    for pattern in patterns:  # the list misses none
        assert any(re.match(pattern, unquote(one.partition("?")[0])) for one in found), pattern
    tables = [name for (name,) in rows(office, "SELECT name FROM sqlite_master WHERE rootpage > 0")]
    found |= {f"/catalogue/{quote(n)}{end}" for n in [*tables, *queries] for end in FORMATS}
    assert len(found) > 300
    return sorted(found | set(EXTRA))


@pytest.fixture(scope="module")
def told(office: Path) -> list[str]:
    """Give words by which data would be told from a page to sign in on."""
    lists = (
        "SELECT message_zh FROM findings UNION SELECT message_en FROM findings",
        "SELECT name FROM items UNION SELECT short_name FROM departments",
        "SELECT short_name FROM zones UNION SELECT fingerprint FROM findings",
        "SELECT name FROM sqlite_master WHERE type = 'table' AND length(name) > 5",
        "SELECT title_zh FROM rules UNION SELECT title_en FROM rules",
    )
    return [word for sql in lists for (word,) in rows(office, sql) if len(word) > 2]


_SILENT: set[str] = set()
"""Texts that said none: thousands of answers are the same few."""


def tells(answer: Response, words: list[str]) -> list[str]:
    """Which of the words an answer says."""
    text = answer.text
    found = [] if text in _SILENT else [word for word in words if word in text]
    if not found:
        _SILENT.add(text)
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_stranger_has_nothing(
    site: SiteClient, addresses: list[str], told: list[str], method: str
) -> None:
    for address in sorted(set(addresses) - STYLE if method in ("GET", "HEAD") else addresses):
        for kind in ("text/html", "*/*", "application/json"):
            answer = site.run(site.ask(address, None, method, accept=kind))
            where = (method, address, kind)
            if answer.status == 303:
                assert method in ("GET", "HEAD"), where
                assert answer["location"].startswith("/-/sign-in"), where
            else:
                # A file of style that is not there is nobody's secret.
                assert answer.status in (401, 403, 404, 405, 415), where
            assert tells(answer, told) == [], where
            if method == "HEAD":
                assert answer.body == b"", where
            assert "no-store" in answer["cache-control"], where
            assert "registry_session" not in answer["set-cookie"], where


def test_only_style_and_sign_in_answer_a_stranger(site: SiteClient, addresses: list[str]) -> None:
    open_to_all = {
        address
        for address in [*addresses, "/static/internal.css", "/static/../static/internal.css"]
        if site.get(address).status == 200
    }
    assert open_to_all == STYLE


@pytest.mark.parametrize("who", ["office", "slj"])
def test_nothing_breaks_for_who_is_signed_in(
    site: SiteClient, addresses: list[str], who: str
) -> None:
    answered = []
    known = ["/", "/catalogue", "/catalogue/findings.json", "/rules"]
    for address in {*known, *sample(sorted(set(addresses)), 100)}:
        answer = site.get(address, who)
        assert answer.status < 500, (address, answer.body[:300])
        text = answer.body.decode("utf-8", "replace")  # some are workbooks
        assert "Traceback" not in text, address
        assert str(site.state) not in text, address
        if answer.status == 200:
            answered.append(address)
    private = re.compile(r"^/(?:-/(?!static/)|_internal|_memory|:memory:|[^/]*\.db$)")
    assert [one for one in answered if private.match(one.partition("?")[0])] == []
    assert set(known) <= set(answered)


def test_a_csv_of_nothing_is_no_error_of_ours(site: SiteClient) -> None:
    assert site.get("/catalogue.csv", "office").status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_can_be_changed_by_who_is_signed_in(
    site: SiteClient, addresses: list[str], method: str
) -> None:
    for address in addresses:
        answer = site.run(site.ask(address, "office", method))
        takes = method == "POST" and FORMS.fullmatch(address.partition("?")[0])
        # No page of ours has sent it; what a body answers with is not there for the office.
        assert answer.status in ((403, 404) if takes else (405,)), (method, address)


def test_no_file_of_the_machine_is_named(site: SiteClient, office: Path) -> None:
    pages = ("/.json", "/catalogue.json", "/catalogue/findings.json?_size=1", "/catalogue", "/")
    for who in ("office", "slj"):
        for page in pages:
            answer = site.get(page, who)
            assert office.name not in answer.text
            assert str(office.parent) not in answer.text
