"""What every answer says about itself, and what is turned away."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.site.csp_hashes import wrap_inline_parts
from registry.site.response_cache import CachedResponse, ResponseCache
from registry.site.robots import robots_txt
from registry.site.template_patches import datasette_templates, patch_template
from tests.conftest import fuzzed
from tests.publications import Visitor

PAGES = ["/", "/catalogue", "/catalogue/items", "/catalogue/items/1-07", "/catalogue/by-zone"]
INNER = re.compile(r"_fts\b|_fts_|sqlite_|pinyin")
# The SQL that JSON gives for a search names the index, which is no secret; its insides are.
SHADOWS = re.compile(r"_fts_(data|idx|content|docsize|config)|sqlite_(master|schema|temp)|pinyin")
TABLES = [
    *("items", "delegations", "agreements", "zones", "as_of", "items_fts", "items_fts_data"),
    *("sqlite_master", "item_pinyin", "nothing", "by-zone", "totals"),
]
KEYS = [
    *("_sort", "_sort_desc", "_size", "_next", "_facet", "_facet_size", "_facet_array", "_col"),
    *(
        "_facet_date",
        "_filter_column",
        "_filter_op",
        "_filter_value",
        "_nocol",
        "_labels",
        "_shape",
    ),
    *("_json", "_ttl", "_trace", "_extra", "_where", "_through", "_search", "_searchmode", "_lang"),
    *(
        "_search_name",
        "_fts_table",
        "_fts_pk",
        "_nofacet",
        "_nocount",
        "_stream",
        "_dl",
        "_hide_sql",
    ),
    *("sql", "id", "id__in", "name__like", "name__glob", "annex__gt", "no__contains", "zone", "q"),
]
VALUES = st.one_of(
    st.sampled_from(
        [
            *(
                "id",
                "name",
                "no",
                "zone",
                "items_fts",
                "sqlite_master",
                "max",
                "-1",
                "1",
                "on",
                "off",
            ),
            *(
                "array",
                "object",
                "[",
                "{}",
                "1,2",
                "'",
                '"',
                "%",
                "\x00",
                "'; DROP TABLE items",
                "*",
            ),
            '{"table":"sqlite_master","column":"name","value":"x"}',
        ]
    ),
    st.text(max_size=12),
)


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    """The directives of an answer's policy."""
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/catalogue.css", "text/css"),
        ("/-/static/table.js", "text/javascript"),
        ("/", "text/html"),
        ("/catalogue/zones.csv", "text/plain"),
        ("/robots.txt", "text/plain"),
    ],
)
def test_a_text_says_its_charset(visitor: Visitor, path: str, kind: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize("page", [*PAGES, "/catalogue/nothing", "/robots.txt", "/catalogue.json"])
def test_every_answer_bears_them(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    directives = policy(answer)
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_allows_what_templates_wrote_inline(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page)
    for kind in ("script", "style"):
        sources = policy(answer)[f"{kind}-src"]
        for text in re.findall(rf"<{kind}>(.*?)</{kind}>", answer.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in sources
    assert not re.search(r"<[^>]* style=", answer.text)
    assert not re.search(r"<[^>]* on[a-z]+=", answer.text)


def test_no_stock_template_that_we_show_keeps_a_style_attribute() -> None:
    for name in ("table.html", "row.html", "query.html", "database.html", "error.html"):
        source = (datasette_templates() / name).read_text(encoding="utf-8")
        assert "style=" in source, "otherwise nothing is proved"
        assert "style=" not in wrap_inline_parts(patch_template(name, source)), name


def test_the_editor_of_sql_is_gone_and_its_formatter_stays(visitor: Visitor) -> None:
    page = visitor.get("/catalogue/by-zone").text
    assert "sql-formatter" in page
    assert "codemirror-" not in page
    assert "cm-resize-1" not in page


def test_a_page_that_is_known_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.get("/catalogue/items")
    tag = first.headers["etag"]
    assert first.headers["cache-control"].startswith("public, max-age=60")
    again = ask(visitor, "/catalogue/items", {"if-none-match": f'"x", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    english = ask(visitor, "/catalogue/items", {"if-none-match": tag, "accept-language": "en"})
    assert english.status_code == 200
    assert english.headers["etag"] != tag
    assert "cookie" in english.headers["vary"]


def test_demonstration_and_publication_have_tags_of_their_own(
    visitor: Visitor, demo_visitor: Visitor
) -> None:
    tags = {one.get("/").headers["etag"] for one in (visitor, demo_visitor)}
    assert len(tags) == 2


def test_files_are_tagged_by_their_contents(visitor: Visitor) -> None:
    answer = visitor.get("/static/catalogue.css")
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()[:16]}"'
    again = ask(visitor, "/static/catalogue.css", {"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_mistakes_and_choices_are_kept_by_nobody(visitor: Visitor) -> None:
    assert visitor.get("/catalogue/nothing").headers["cache-control"] == "no-store"
    chosen = visitor.get("/catalogue/items?_lang=en")
    assert "set-cookie" in chosen.headers
    assert "no-store" in chosen.headers["cache-control"]


def test_who_asks_is_not_told_on(visitor: Visitor) -> None:
    answer = ask(visitor, "/", {"cookie": "ds_actor=x; other=y", "authorization": "Bearer x"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("public")


def test_a_head_is_a_get_without_a_body(visitor: Visitor) -> None:
    answer = ask(visitor, "/catalogue/zones", method="HEAD")
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_is_written(visitor: Visitor, method: str) -> None:
    for page in ("/", "/catalogue/items", "/-/logout", "/catalogue/by-zone"):
        answer = ask(visitor, page, method=method)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("//example.org/", 404),
        ("/catalogue/items?" + "x" * 5000, 414),
        ("/" + "x" * 2000, 414),
        ("/catalogue/items?" + "&".join(["_facet=name"] * 9), 400),
        ("/static/../application.py", 404),
        ("/static/%2e%2e/application.py", 404),
        ("/-/static/..%2f..%2fapp.py", 404),
    ],
)
def test_what_is_no_address_of_ours(visitor: Visitor, address: str, status: int) -> None:
    assert raw(visitor, address.encode())[0] == status


def test_robots_are_kept_off_what_has_no_end(visitor: Visitor, demo_visitor: Visitor) -> None:
    text = visitor.get("/robots.txt").text
    for line in ("Disallow: /search", "Disallow: /*_facet", "Disallow: /*_sort"):
        assert line in text
    assert "Disallow: /\n" not in text
    assert demo_visitor.get("/robots.txt").text == robots_txt(demo_visitor.app.site)
    assert demo_visitor.get("/robots.txt").text.endswith("Disallow: /\n")


def test_what_is_kept_has_an_end() -> None:
    kept = ResponseCache(max_bytes=3000)

    def key(n: int) -> tuple[str, bytes, bytes, bytes, str]:
        return "http", b"localhost", b"/%d" % n, b"", "zh"

    for n in range(10):
        kept.put(key(n), CachedResponse([], b"x" * 500))
    assert kept.size <= 3000
    assert kept.get(key(0)) is None
    assert kept.get(key(9)) is not None
    kept.put(key(9), CachedResponse([], b""))
    assert kept.size <= 3000


def test_no_visitors_host_gets_into_the_pages_of_others(visitor: Visitor) -> None:
    path = "/catalogue/items.json?_size=2"
    for host in ("evil.example", "localhost"):
        answer = visitor.get(path, headers={"host": host})
        assert answer.json()["next_url"].startswith(f"http://{host}/")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # Datasette's
@settings(
    max_examples=fuzzed(500),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    table=st.sampled_from(TABLES),
    ending=st.sampled_from(["", ".json", ".csv", "/1-07", "/1", "/-/x", "/..", ".db"]),
    pairs=st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=4),
)
def test_whatever_is_asked_nothing_breaks_and_nothing_inner_shows(
    visitor: Visitor, table: str, ending: str, pairs: list[tuple[str, str]]
) -> None:
    query = str(httpx.QueryParams(pairs))
    path = f"/catalogue/{table}{ending}"
    status, body = raw(visitor, f"{path}?{query}".encode())
    assert status in (200, 302) or 400 <= status < 500, (path, query, body[:300])
    # What visitors wrote themselves is no secret.
    if status == 200 and not SHADOWS.search(f"{path} {pairs}"):
        assert not SHADOWS.search(body.decode("utf-8", "replace")), (path, query)
    assert not (status == 200 and INNER.search(path)), path


def ask(
    visitor: Visitor, page: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> httpx.Response:
    """One request with headers of its own."""
    asked = visitor.app.client.request(method, page, headers=headers)
    answer: httpx.Response = visitor._loop.run_until_complete(asked)
    return answer


def raw(visitor: Visitor, target: bytes) -> tuple[int, bytes]:
    """Ask for an address as it stands, which no client would put in order first."""
    path, _question, query = target.partition(b"?")
    started: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        parts.append(message.get("body", b""))

    scope = {
        **{"type": "http", "method": "GET", "http_version": "1.1", "scheme": "http"},
        **{"path": path.decode("latin-1"), "raw_path": path, "query_string": query},
        **{"headers": [(b"host", b"x")], "server": ("x", 80), "client": ("127.0.0.1", 1)},
    }
    visitor._loop.run_until_complete(
        asyncio.wait_for(visitor.app.app()(scope, receive, send), timeout=30)
    )
    return started["status"], b"".join(parts)
