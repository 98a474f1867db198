"""Whatever the public site is asked, it answers: never 500, and in the visitor's language.

In `make test-all` it is 12,000 requests; REGISTRY_TESTS_SEED=… draws the same again.
"""

from __future__ import annotations

from typing import Any

import pytest

from registry.site.request_filter import strip_identity
from tests.conftest import SEED, amount
from tests.odd_requests import (
    Answer,
    OddRequest,
    OddRequests,
    addresses_of,
    ask,
    columns_of,
    problem_of,
    wrong_answers,
)
from tests.publications import Visitor

ADDRESSES = [
    *("/", "/search", "/item/1-07", "/zone/etdz", "/department/slj", "/notice", "/changes"),
    *("/notice/liaocheng-2021-8", "/changes.atom", "/data", "/data/items.csv", "/robots.txt"),
    *("/data/catalogue.db", "/data/datapackage.json", "/data/csv-metadata.json", "/.json"),
    *("/sitemap.xml", "/sitemap-1.xml", "/opensearch.xml", "/-/static/app.css", "/favicon.ico"),
    *("/static/catalogue.css", "/-/versions", "/_memory", "/:memory:x", "/catalogue"),
    *("/catalogue.json", "/catalogue.csv", "/catalogue.db", "/catalogue/items/1-07"),
    *("/catalogue/items/1-07.json", "/catalogue/clauses/liaocheng-2021-8,C10", "/-/password-tool"),
    *("/-/login", "/-/metadata.json", "/-/plugins", "/-/settings", "/-/config.json", "/-/config"),
    *("/-/threads", "/-/databases", "/-/actor", "/-/auth-token", "/-/logout", "/-/permissions"),
    *("/-/messages", "/-/allow-debug", "/-/patterns"),
]
"""One of every route, by which `addresses_of` holds the list."""
FOUND = [
    # A row's key of too few or too many parts; `_timelimit` in a CSV; bytes in a cookie.
    *("/catalogue/clauses/1", "/catalogue/duties/1.json", "/catalogue/items/1-07,x"),
    *("/catalogue/items?_through=%5B%5D", "/catalogue/deliverables.csv?_timelimit=-1"),
    *("/catalogue/english_names/liaocheng-2021-8%3A1-07", "/catalogue/workdays/%5B.json"),
    *("/catalogue/duties/1.json..", "/-/static/none", "/static/none.css", "/catalogue.csv"),
    f"/search?q={'%5B' * 300}",
    # Names that no file can have.
    *(f"/static/{'x' * 300}", f"/-/static/{'x' * 300}.css", "/static/app.css/x", "/static/a%00b"),
    *(f"/-/static-plugins/registry/{'x' * 300}", f"/static/{'%E6%B0%B4' * 100}"),
]
COOKIES = [
    b"lang=\xff",
    b"lang",
    b"=;=",
    b'lang="zh"',
    b"lang=en; lang=\xff",
    b"a=\xe4",
    b";" * 999,
]


@pytest.fixture(scope="module")
def app(visitor: Visitor) -> Any:
    """Give the site's application."""
    return visitor.app.app()


def request(address: str, language: bytes, *more: tuple[bytes, bytes]) -> OddRequest:
    """Ask for an address as it is written."""
    path, _mark, query = address.encode("ascii").partition(b"?")
    headers = ((b"host", b"localhost"), (b"accept-language", language), *more)
    return OddRequest("GET", path, query, headers)


@pytest.mark.parametrize("address", FOUND)
@pytest.mark.parametrize("language", [b"zh-CN", b"en"])
def test_what_failed_once_is_answered(
    visitor: Visitor, app: Any, address: str, language: bytes
) -> None:
    asked = request(address, language)
    answer = visitor._loop.run_until_complete(ask(app, asked))
    assert answer.status in (302, 400, 404)
    assert problem_of(asked, answer) is None


@pytest.mark.parametrize("cookie", COOKIES)
def test_cookies_are_read_whatever_they_hold(visitor: Visitor, app: Any, cookie: bytes) -> None:
    for address in ("/", "/catalogue/items?_size=1", "/catalogue/items.json?_size=1"):
        asked = request(address, b"zh-CN", (b"cookie", cookie))
        assert visitor._loop.run_until_complete(ask(app, asked)).status == 200


def test_only_a_language_is_left_of_cookies() -> None:
    for cookie in COOKIES:
        kept = strip_identity([(b"Cookie", cookie)])
        assert kept in ([], [(b"Cookie", b"lang=en")]), cookie
    assert strip_identity([(b"cookie", b"a=b; lang=zh;c")]) == [(b"cookie", b"lang=zh")]


def test_odd_requests_are_answered(visitor: Visitor, app: Any) -> None:
    addresses = addresses_of(visitor.app, ADDRESSES)
    drawn = OddRequests(addresses, columns_of(visitor.app), SEED).draw(amount(300, 1_000, 12_000))
    wrong, statuses = visitor._loop.run_until_complete(wrong_answers(app, drawn))
    assert wrong == []
    assert {200, 400, 404, 405} <= set(statuses), "something of everything was asked"


def test_the_same_seed_draws_the_same() -> None:
    one, same, other = (list(OddRequests(ADDRESSES, ["id"], s).draw(50)) for s in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("status", "kind", "body", "language", "problem"),
    [
        (500, "text/html", "<h1>系统出错</h1><p>请稍后再试</p>", b"zh-CN", "status 500"),
        (404, "text/html", "<h1>未找到</h1>\n<p>没有这个页面。</p>", b"zh-CN", None),
        (404, "text/html", "<h1>Page not found</h1><p>没有这个页面。</p>", b"en", "not English"),
        (404, "text/html", "<h1>Oh</h1><p>There is no such page.</p>", b"zh-CN", "not Chinese"),
        (400, "text/html", '<h1>SQL</h1><p class="lead">Ask the data.</p>', b"en", None),
        (400, "text/html", "<p>There is no such page.</p>", b"en", "without heading"),
        (400, "text/plain", "", b"en", "without a word"),
        (400, "text/plain", 'File "/x.py", line 1', b"en", "a trace"),
        (400, "application/json", "[]", b"en", "no object"),
        (400, "image/png", "x", b"en", "an error as"),
    ],
)
def test_what_is_wrong_with_an_answer_is_seen(
    status: int, kind: str, body: str, language: bytes, problem: str | None
) -> None:
    answer = Answer(status, (("content-type", kind),), body.encode())
    found = problem_of(request("/x", language), answer)
    assert (problem in found) if problem and found else found == problem
