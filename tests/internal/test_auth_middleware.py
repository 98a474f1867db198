"""In front of everything: who gets in, and what everybody else is told."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.internal import passwords
from registry.internal.accounts import Accounts
from registry.internal.audience import OFFICE, Audience
from registry.internal.http import MAX_FORM_BYTES, local_address
from registry.internal.request_context import RequestContext, current_request
from registry.model.config import AccessLogConfig
from tests.internal.auth_client import (
    HOST,
    HOUR,
    OURS,
    PAGE,
    PASSWORD,
    AuthClient,
    add,
    asgi_request,
    user,
)

SLJ = Audience("department", "slj")
ANY_HEALTH = settings(suppress_health_check=list(HealthCheck))
CLOSED = [
    "/",
    "/catalogue",
    "/catalogue/findings",
    "/catalogue/findings.csv",
    "/catalogue.json",
    "/catalogue.db",
    "/-/allow-debug",
    "/-/password-tool",
    "/-/password-login",
    "/-/static-plugins/x/y.js",
    "/-/sign-in/",
    "/-/sign-in.json",
    "/-/sign-inx",
    "/-/SIGN-IN",
    "/-/sign%2Din",
    "/-/sign-in%00",
    "//-/sign-in",
    "/static/",
    "/static/../catalogue.db",
    "/static/..%2fcatalogue.db",
    "/static/%2e%2e/catalogue.db",
    "/static/.hidden",
    "/static/a/b.css",
    "/static//b.css",
    "/static/a%2fb.css",
    "/static/a.css%00",
    "/static/a.css;x",
    "/static/a\\b.css",
    "/%73tatic/a.css",
    "/-/static/../metadata",
    "/x/static/a.css",
    "/robots.txt/",
    "/Robots.txt",
    "/favicon.ico",
]


def is_closed(front: AuthClient, got: Any) -> None:
    assert got.status in (303, 401, 405)
    assert b"secret" not in got.body
    assert front.inner.asked == []
    assert front.inner.static == []


# Nobody is signed in.


@pytest.mark.parametrize("path", CLOSED)
def test_everything_is_closed(front: AuthClient, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        is_closed(front, front.ask(method, path, {**PAGE, **OURS}))
        is_closed(front, front.ask(method, path))


@given(path=st.text(st.characters(max_codepoint=255)), accept=st.sampled_from([{}, PAGE]))
@example(path="-/sign-in/../../catalogue.db", accept=PAGE)
@ANY_HEALTH
def test_every_other_path_is_closed(front: AuthClient, path: str, accept: dict[str, str]) -> None:
    open_to_all = r"-/sign-(in|out)|robots\.txt|(-/)?static/[A-Za-z0-9][\w.-]*"
    if not re.fullmatch(open_to_all, path.partition("?")[0], re.ASCII):
        is_closed(front, front.ask("GET", f"/{path}", accept))


def test_a_path_is_taken_as_it_was_sent(front: AuthClient) -> None:
    """What a path decodes to counts for nobody: Datasette routes by the one that was sent."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/static/a.css",
        "raw_path": b"/catalogue%2Fitems",
        "query_string": b"",
        "headers": [],
    }
    is_closed(front, asyncio.run(asgi_request(front.middleware, scope, [b""])))


def test_a_page_leads_to_the_sign_in_and_back(front: AuthClient) -> None:
    got = front.get("/department/slj?a=1&b=%E6%B0%B4")
    assert got.status == 303
    address = urlsplit(got["location"])
    assert address.path == "/-/sign-in"
    assert parse_qs(address.query) == {"next": ["/department/slj?a=1&b=%E6%B0%B4"]}
    page = front.get(got["location"])
    assert 'name="next" value="/department/slj?a=1&amp;b=%E6%B0%B4"' in page.text
    assert front.get("/")["location"] == "/-/sign-in"
    assert front.get("/" + "x" * 5_000)["location"] == "/-/sign-in"


@pytest.mark.parametrize("path", ["/x.json", "/x.csv", "/catalogue.db", "/x?_format=json"])
def test_data_is_refused_without_a_page(front: AuthClient, path: str) -> None:
    got = front.get(path)
    assert got.status == 401
    assert len(got.body) < 100
    if "json" in path:
        assert json.loads(got.body)["ok"] is False


def test_programs_are_refused_without_a_page(front: AuthClient) -> None:
    assert front.ask("GET", "/", {"accept": "*/*"}).status == 401
    assert front.ask("GET", "/").status == 401
    assert front.ask("POST", "/x", {**PAGE, **OURS}).status == 401
    assert (
        "application/json" in front.ask("GET", "/", {"accept": "application/json"})["content-type"]
    )


@pytest.mark.parametrize("path", ["/static/a.css", "/-/static/app.css", "/static/a-b_c.min.js"])
def test_style_is_everybody_s(front: AuthClient, path: str) -> None:
    got = front.get(path)
    assert got.status == 200
    assert front.inner.static == [path]
    assert front.ask("HEAD", path).body == b""
    assert front.ask("POST", path, OURS).status == 401


def test_robots_are_sent_away(front: AuthClient) -> None:
    assert front.ask("GET", "/robots.txt").body == b"User-agent: *\nDisallow: /\n"
    assert front.ask("HEAD", "/robots.txt").body == b""


def test_websockets_are_closed(front: AuthClient) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(front.middleware({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert front.inner.asked == []


def test_start_and_end_are_the_inner_app_s(front: AuthClient) -> None:
    asyncio.run(front.middleware({"type": "lifespan"}, None, None))
    assert front.inner.lifespans == 1
    assert front.inner.asked == []


# Signing in.


def test_the_right_password_lets_in_and_on(front: AuthClient) -> None:
    got = front.sign_in(next="/department/slj?a=1")
    assert (got.status, got["location"]) == (303, "/department/slj?a=1")
    session, device = (value for name, value in got.headers if name == "set-cookie")
    attributes = [part.strip() for part in session.split(";")[1:]]
    assert attributes == ["HttpOnly", "Path=/", "SameSite=Lax"]
    assert device.startswith("registry_device=")
    assert "; HttpOnly; Path=/; SameSite=Lax; Max-Age=" in device
    page = front.get("/department/slj", cookie=got.cookie)
    assert page.text == "secret of wang"
    assert front.inner.asked[0][0] == SLJ
    assert front.get("/", cookie=front.sign_in("li").cookie).text == "secret of li"
    assert front.inner.asked[1][0] == OFFICE


def test_behind_a_proxy_the_cookie_is_for_tls_only(tmp_path: Path) -> None:
    add(tmp_path, user())
    front = AuthClient(tmp_path, proxies=["10.0.0.7"])
    got = front.sign_in()
    cookies = [value for name, value in got.headers if name == "set-cookie"]
    assert [one.partition("=")[0] for one in cookies] == [
        "__Host-registry_session",
        "__Host-registry_device",
    ]
    assert all("; Path=/;" in one and one.endswith("; Secure") for one in cookies)
    assert all("Domain" not in one for one in cookies)
    assert got["strict-transport-security"] == "max-age=31536000"
    assert front.get("/", cookie=got.cookie).status == 200
    unprefixed = got.cookie.removeprefix("__Host-")
    assert front.get("/", cookie=unprefixed).status == 303, "another host could have set it"
    front.middleware.close()


@pytest.mark.parametrize(
    ("name", "password"),
    [("wang", "wrong"), ("nobody", PASSWORD), ("", ""), ("wang", ""), ("a b\n", PASSWORD)],
)
def test_the_wrong_one_does_not_and_does_not_say_why(
    front: AuthClient, name: str, password: str
) -> None:
    got = front.sign_in(name, password, next="/x", accept_language="en")
    assert got.status == 401
    assert '<p class="sign-in-problem" role="alert" id="problem">User name or password' in got.text
    assert got["set-cookie"] == ""
    assert 'name="next" value="/x"' in got.text


def test_names_are_escaped(front: AuthClient) -> None:
    got = front.sign_in('"><script>alert(1)</script>', "wrong")
    assert "<script" not in got.text
    assert "&lt;script&gt;" in got.text


def test_twenty_wrong_ones_slow_the_next_without_hashing(
    front: AuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    from registry.internal import passwords

    monkeypatch.setattr(passwords, "password_matches", lambda *args: bool(hashed.append(args)))
    statuses = [front.sign_in("wang", "wrong").status for _n in range(20)]
    assert statuses == [401] * 6 + [429] * 14
    got = front.sign_in(accept_language="en")
    monkeypatch.undo()
    assert got.status == 429
    assert len(hashed) == 6
    assert f"Try again in {got['retry-after']} seconds" in got.text
    front.clock.seconds += int(got["retry-after"])
    assert front.sign_in().status == 303


def test_a_hundred_at_once_are_no_way_around(front: AuthClient) -> None:
    async def flood() -> list[int]:
        body = b"name=wang&password=wrong"
        asks = [front.asking("POST", "/-/sign-in", {**OURS, **PAGE}, body) for _n in range(100)]
        return [got.status for got in await asyncio.gather(*asks)]

    statuses = asyncio.run(flood())
    assert statuses.count(401) == 6
    assert statuses.count(429) == 94


def test_pages_are_answered_while_passwords_are_checked(
    front: AuthClient, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 48_000)

    async def flood() -> tuple[int, int]:
        asks = [
            asyncio.create_task(
                front.asking(
                    "POST",
                    "/-/sign-in",
                    {**OURS, **PAGE},
                    f"name=u{number}&password=wrong".encode(),
                    (f"10.5.0.{number}", 1),
                )
            )
            for number in range(60)
        ]
        await asyncio.sleep(0.01)
        page = await front.asking("GET", "/", {**PAGE, "cookie": cookie})
        under_way = sum(not ask.done() for ask in asks)
        statuses = {(await ask).status for ask in asks}
        assert statuses == {401, 503}, "too many at once are turned away, and told to come back"
        return page.status, under_way

    status, under_way = asyncio.run(flood())
    assert status == 200
    assert under_way > 30


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": f"https://{HOST}"}, 303),
        ({"origin": f"http://{HOST.upper()}"}, 303),
        ({"referer": f"https://{HOST}/-/sign-in"}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "same-origin", "origin": f"https://{HOST}:8443"}, 303),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": f"https://{HOST}.evil.test"}, 403),
        ({"origin": f"https://evil.test/{HOST}"}, 403),
        ({"origin": f"file://{HOST}"}, 403),
        ({"origin": "https://["}, 403),
        ({"referer": f"https://evil.test/?{HOST}"}, 403),
        ({"sec-fetch-site": "same-site", "origin": f"https://{HOST}"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": f"https://{HOST}"}, 403),
        ({"sec-fetch-site": "none"}, 403),
    ],
)
def test_only_our_own_form_is_taken(
    front: AuthClient, headers: dict[str, str], status: int
) -> None:
    """Else another site could sign somebody in as somebody else, or out."""
    form = {"content-type": OURS["content-type"], **headers}
    body = f"name=wang&password={PASSWORD}".encode()
    got = front.ask("POST", "/-/sign-in", form, body)
    assert got.status == status
    assert bool(got.cookie) == (status == 303)
    cookie = front.sign_in().cookie
    assert front.ask("POST", "/-/sign-out", {**form, "cookie": cookie}).status == status
    assert front.get("/", cookie=cookie).status == (303 if status == 303 else 200)


@pytest.mark.parametrize(
    ("changes", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"content-type": ""}, b"", 415),
        ({}, b"name=" + b"x" * MAX_FORM_BYTES, 413),
        ({"content-length": "1000000"}, b"", 413),
        ({"content-length": "-1"}, b"", 400),
        ({"content-length": "x"}, b"", 400),
        ({}, b"&".join(b"a%d=1" % n for n in range(11)), 400),
        ({}, b"name=\xff", 400),
        ({}, b"name=%FF", 400),
        ({"content-type": f"{OURS['content-type']}; charset=UTF-8"}, b"name=x&password=y", 401),
    ],
)
def test_forms_that_are_none(
    front: AuthClient, changes: dict[str, str], body: bytes, status: int
) -> None:
    got = front.ask("POST", "/-/sign-in", {**OURS, **changes}, body)
    assert got.status == status
    if status != 401:
        assert front.ask("POST", "/-/sign-out", {**OURS, **changes}, body).status == status


@pytest.mark.parametrize(
    "after",
    [
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test/",
        "javascript:alert(1)",
        "evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "/x\r\nset-cookie: a=b",
        "/水",
        "/-/sign-in",
        "/-/sign-out",
        "",
        "/" + "x" * 3_000,
    ],
)
def test_next_leads_to_this_site_only(front: AuthClient, after: str, cookie: str) -> None:
    assert front.sign_in(next=after)["location"] == "/"
    asked_for = f"/-/sign-in?next={quote(after)}"
    assert 'name="next" value="/"' in front.get(asked_for).text
    assert front.get(asked_for, cookie=cookie)["location"] == "/"


@given(st.text() | st.from_regex(r"[/\\]{1,3}[a-z@:.\\/?#%]*\Z"))
def test_a_local_address_is_one_to_every_reader(text: str) -> None:
    address = local_address(text)
    assert address.startswith("/")
    assert not re.match(r"[/\\]{2}", address)
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    # As a browser resolves it against a page of ours.
    assert urlsplit(urljoin(f"https://{HOST}/-/sign-in", address)).netloc == HOST


def test_who_is_signed_in_already_is_led_on(front: AuthClient, cookie: str) -> None:
    got = front.get("/-/sign-in?next=/x", cookie=cookie)
    assert (got.status, got["location"]) == (303, "/x")


# Sessions.


def test_signing_out_ends_the_session_over_a_restart(front: AuthClient, cookie: str) -> None:
    got = front.post("/-/sign-out", {}, cookie=cookie)
    assert (got.status, got["location"]) == (303, "/-/sign-in")
    assert "registry_session=; " in got["set-cookie"]
    assert "Max-Age=0" in got["set-cookie"]
    assert front.get("/", cookie=cookie).status == 303
    front.restart()
    assert front.get("/", cookie=cookie).status == 303


def test_signing_out_twice_is_no_error(front: AuthClient) -> None:
    assert front.post("/-/sign-out", {}).status == 303
    assert front.ask("GET", "/-/sign-out", PAGE).status == 405


def test_a_session_lasts_over_a_restart_and_eight_hours(front: AuthClient, cookie: str) -> None:
    for _n in range(16):
        assert front.get("/", cookie=cookie).status == 200
        front.restart()
        front.clock.seconds += HOUR / 2 - 1
    assert front.get("/", cookie=cookie).status == 200
    front.clock.seconds += 16
    assert front.get("/", cookie=cookie).status == 303


def test_a_session_that_is_not_used_ends_after_an_hour(front: AuthClient, cookie: str) -> None:
    front.clock.seconds += HOUR - 1
    assert front.get("/", cookie=cookie).status == 200
    front.clock.seconds += HOUR
    assert front.get("/", cookie=cookie).status == 303


def test_a_removed_user_is_out_at_once(front: AuthClient, cookie: str) -> None:
    with Accounts(front.folder).changing() as users:
        del users["wang"]
    assert front.get("/", cookie=cookie).status == 303
    assert front.sign_in().status == 401


@given(value=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0")))
@ANY_HEALTH
def test_other_cookies_are_refused(front: AuthClient, value: str) -> None:
    for header in (f"registry_session={value}", value):
        got = front.ask("GET", "/catalogue.json", {"cookie": header})
        assert got.status == 401
    assert front.inner.asked == []


def test_a_cookie_of_another_site_does_not_hide_ours(front: AuthClient, cookie: str) -> None:
    assert front.get("/", cookie=f"registry_session=x; a=b; {cookie}").status == 200
    many = "; ".join(["registry_session=x"] * 1_000)
    assert front.get("/", cookie=f"{many}; {cookie}").status == 303


# Behind the middleware.


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
def test_one_only_reads(front: AuthClient, cookie: str, method: str) -> None:
    got = front.ask(method, "/catalogue", {**OURS, "cookie": cookie})
    assert got.status == 405
    assert got["allow"] == "GET, HEAD"
    assert front.inner.asked == []


def test_head_has_no_body(front: AuthClient, cookie: str) -> None:
    got = front.ask("HEAD", "/", {**PAGE, "cookie": cookie})
    assert (got.status, got.body) == (200, b"")
    page = front.ask("HEAD", "/-/sign-in", PAGE)
    assert (page.status, page.body) == (200, b"")
    assert int(page["content-length"]) > 500


def test_pages_never_see_the_session(front: AuthClient, cookie: str) -> None:
    front.ask(
        "GET",
        "/",
        {
            "cookie": f"a=b; {cookie}; lang=en; ds_actor=x",
            "authorization": "Basic abc",
            "Cookie": f"{cookie}; x=y",
            "if-none-match": '"x"',
        },
    )
    (_audience, scope), *_rest = front.inner.asked
    headers = [(name.lower(), value) for name, value in scope["headers"]]
    assert headers == [(b"host", HOST.encode()), (b"cookie", b"lang=en")]
    assert b"registry_session" not in repr(scope).encode()


def test_pages_set_no_cookies_but_the_language(front: AuthClient, cookie: str) -> None:
    front.inner.headers = [
        (b"Set-Cookie", b"ds_actor=x"),
        (b"set-cookie", b"lang=en; Path=/"),
        (b"set-cookie", b"registry_session=x"),
    ]
    assert front.get("/", cookie=cookie)["set-cookie"] == "lang=en; Path=/"


def test_every_answer_is_kept_by_nobody(front: AuthClient, cookie: str) -> None:
    front.inner.headers = [
        (b"Cache-Control", b"public, max-age=60"),
        (b"ETag", b'"x"'),
        (b"X-Frame-Options", b"DENY"),
        (b"content-security-policy", b"default-src 'self'"),
    ]
    answers = [
        front.get("/", cookie=cookie),
        front.get("/static/a.css"),
        front.get("/"),
        front.get("/x.json"),
        front.get("/robots.txt"),
        front.get("/-/sign-in"),
        front.sign_in(),
        front.sign_in(password="wrong"),
        front.ask("POST", "/-/sign-in"),
        front.post("/-/sign-out", {}),
        front.ask("PUT", "/", {"cookie": cookie}),
    ]
    for got in answers:
        names = [name for name, _value in got.headers]
        assert got["cache-control"] == "no-store, private"
        assert got["x-frame-options"] == "DENY"
        assert got["x-content-type-options"] == "nosniff"
        assert got["referrer-policy"] == "same-origin"
        assert "default-src" in got["content-security-policy"]
        assert "noindex" in got["x-robots-tag"]
        assert "etag" not in names
        assert len([n for n in names if n != "set-cookie"]) == len(set(names) - {"set-cookie"})


def test_a_failure_inside_is_an_error_and_told_to_the_server(
    front: AuthClient, cookie: str
) -> None:
    front.inner.fails = True
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode())],
    }
    with pytest.raises(RuntimeError, match="broken inside"):
        asyncio.run(front.middleware(scope, receive, send))
    assert sent[0]["status"] == 500
    assert current_request.get() is None


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_file_of_users_that_can_t_be_used_lets_nobody_in(front: AuthClient, cookie: str) -> None:
    (front.folder / "users.json").chmod(0o644)
    assert front.get("/", cookie=cookie).status == 503
    assert front.get("/x.json", cookie=cookie).status == 503
    assert front.sign_in().status == 503
    assert front.post("/-/sign-out", {}, cookie=cookie).status == 503
    assert front.inner.asked == []
    assert len(front.told) == 1, "once, not for each request"
    assert "chmod 600" in front.told[0]
    (front.folder / "users.json").chmod(0o600)
    assert front.get("/", cookie=cookie).status == 200


# The log.


def test_the_log_says_who_came_and_went(front: AuthClient) -> None:
    front.sign_in(password="a-wrong-word")
    front.sign_in("my-own-password", "a-wrong-word")
    cookie = front.sign_in().cookie
    front.post("/-/sign-out", {}, cookie=cookie)
    told = [(line["event"], line["user"], line["address"]) for line in front.log]
    assert told == [
        ("sign-in-refused", "wang", "10.0.0.7"),
        ("sign-in-refused", "(unknown)", "10.0.0.7"),
        ("sign-in", "wang", "10.0.0.7"),
        ("sign-out", "wang", "10.0.0.7"),
    ]
    assert front.log[2]["body"] == "department:slj"
    content = (front.folder / "access.log").read_text(encoding="utf-8")
    for secret in (PASSWORD, "a-wrong-word", "my-own-password", cookie.partition("=")[2]):
        assert secret not in content


def test_a_flood_of_refusals_does_not_flood_the_log(front: AuthClient) -> None:
    for _n in range(200):
        front.sign_in("wang", "wrong")
    assert len(front.log) == 7


def test_the_log_says_what_was_asked_and_taken(front: AuthClient, cookie: str) -> None:
    def fill(asking: RequestContext) -> None:
        asking.sql, asking.rows, asking.download = "select\n1", 7, "水利局.xlsx"

    front.inner.fill = fill
    front.get("/catalogue.json?sql=x", cookie=cookie)
    (line,) = front.log[1:]
    assert line.pop("prev")
    assert line.pop("seq") > 1
    assert line == {
        "time": line["time"],
        "event": "download",
        "sql": "select\n1",
        "rows": 7,
        "download": "水利局.xlsx",
        "user": "wang",
        "role": "viewer",
        "body": "department:slj",
        "address": "10.0.0.7",
        "path": "/catalogue.json",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("path", "event", "query"),
    [
        ("/", "page", None),
        ("/?_lang=en", "page", "_lang=en"),
        ("/finding/abc", "page", None),
        ("/catalogue", "read", None),
        ("/catalogue/findings", "read", None),
        ("/catalogue/findings.json?_size=max&_shape=array", "read", "_size=max&_shape=array"),
        ("/catalogue/findings.csv?_stream=1", "read", "_stream=1"),
        ("/~63atalogue/findings?x=1", "read", "x=1"),
        ("/catalogue/downloads/slj,letter.blob?_blob_column=content", "download", ANY),
        ("/search?q=a", "page", "q=a"),
        ("/x.csv", "read", None),
        ("/catalogue/x.json?sql=select+1&_where=2&_size=9", "read", "_size=9"),
    ],
)
def test_every_request_is_logged(
    front: AuthClient, cookie: str, path: str, event: str, query: str | None
) -> None:
    front.get(path, cookie=cookie)
    line = front.log[-1]
    assert (line["event"], line["path"]) == (event, path.partition("?")[0])
    assert line.get("query") == query
    assert line["status"] == 200


def test_what_everybody_may_have_is_not_logged(front: AuthClient, cookie: str) -> None:
    before = len(front.log)
    for path in ("/-/static/app.css", "/static/catalogue.css", "/robots.txt"):
        front.get(path, cookie=cookie)
    assert len(front.log) == before


def test_a_query_that_fails_is_logged_too(front: AuthClient, cookie: str) -> None:
    front.inner.fill = lambda asking: setattr(asking, "sql", "select x")
    front.inner.status = 400
    front.get("/catalogue", cookie=cookie)
    assert front.log[-1]["status"] == 400
    assert "rows" not in front.log[-1]


@pytest.mark.parametrize(
    ("proxy", "told", "address"),
    [
        ("", "1.2.3.4", "10.0.0.7"),
        ("10.0.0.8", "1.2.3.4", "10.0.0.7"),
        ("127.0.0.0/8", "1.2.3.4", "10.0.0.7"),
        ("10.0.0.7", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.0/24", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.7", "1.2.3.4, 2001:db8::1", "2001:db8::1"),
        ("10.0.0.7", "1.2.3.4, unknown", "10.0.0.7"),
        ("10.0.0.7", "1.2.3.4, 10.0.0.7", "10.0.0.7"),
        ("10.0.0.7", "", "10.0.0.7"),
    ],
)
def test_the_address_is_the_one_that_can_t_be_forged(
    tmp_path: Path, proxy: str, told: str, address: str
) -> None:
    add(tmp_path, user())
    front = AuthClient(tmp_path, proxies=[proxy] if proxy else [])
    front.sign_in(x_forwarded_for=told)
    front.sign_in(x_forwarded_for=told)
    assert front.log[0]["address"] == address
    is_stranger = proxy in ("10.0.0.8", "127.0.0.0/8")
    assert len(front.told) == is_stranger, "told once of a proxy that is not named"
    front.middleware.close()


def test_what_a_proxy_says_of_tls_counts(tmp_path: Path) -> None:
    add(tmp_path, user())
    front = AuthClient(tmp_path, proxies=["10.0.0.7"])
    sent = {"x_forwarded_for": "1.2.3.4", "x_forwarded_proto": "https"}
    assert front.sign_in(**sent).status == 303
    assert front.sign_in(**sent, origin=f"http://{HOST}").status == 403, "a page without TLS"
    front.middleware.close()


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0", "10.0.0.0/40", ""])
def test_a_proxy_is_an_address(tmp_path: Path, proxy: str) -> None:
    with pytest.raises(RegistryError, match="no address of a proxy"):
        AuthClient(tmp_path, proxies=[proxy])
    AuthClient(tmp_path).middleware.close()


def test_nothing_is_shown_that_can_t_be_logged(front: AuthClient, cookie: str) -> None:
    path = front.folder / "access.log"
    kept = path.rename(path.with_name("kept"))
    path.mkdir()
    asked = len(front.inner.asked)
    for end in ("/", "/catalogue.json"):
        answer = front.get(end, cookie=cookie)
        assert answer.status == 503
        assert "secret" not in answer.text
        assert "访问日志" in answer.text.encode().decode("unicode_escape", "ignore") + answer.text
        assert answer["retry-after"] == "60"
    assert len(front.inner.asked) == asked
    assert front.sign_in().status == 503
    assert not front.sign_in().cookie
    assert len(front.told) == 1
    assert "access.log" in front.told[0]
    path.rmdir()
    kept.rename(path)
    assert front.get("/", cookie=cookie).status == 200
    assert len(front.told) == 2


def test_an_answer_whose_line_fails_at_the_last_moment_is_not_sent(
    front: AuthClient, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_of: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    answer = front.get("/", cookie=cookie)
    monkeypatch.undo()
    assert answer.status == 503
    assert "secret" not in answer.text
    assert front.inner.asked
    assert front.log[-1]["event"] == "sign-in"


def test_who_has_filled_the_log_waits_and_others_do_not(tmp_path: Path) -> None:
    add(tmp_path, user(), user("li", None))
    front = AuthClient(tmp_path, log_config=AccessLogConfig(user_megabytes=1))
    cookie, other = front.sign_in().cookie, front.sign_in("li").cookie
    front.inner.fill = lambda asking: setattr(asking, "sql", "\x01" * 8_000)
    statuses = [front.get("/", cookie=cookie).status for _n in range(30)]
    assert (statuses[:10], statuses[-1]) == ([200] * 10, 429)
    limited = front.get("/", cookie=cookie)
    assert "1 MB" in limited.text
    assert limited["retry-after"]
    assert front.get("/", cookie=other).status == 200
    assert front.post("/-/sign-out", {}, cookie=cookie).status == 303
    assert front.sign_in().status == 303
    front.restart()  # which forgets nothing
    assert front.get("/", cookie=front.sign_in().cookie).status == 429
    front.clock.seconds += 24 * HOUR
    assert front.get("/", cookie=front.sign_in().cookie).status == 200
    # Nobody's line was pushed out.
    assert next(line["event"] for line in front.log if line["user"] == "li") == "sign-in"


# The page.


def test_the_page_is_in_both_languages(front: AuthClient) -> None:
    english = front.get("/-/sign-in?next=/x", **{"accept-language": "en"})
    assert english["content-language"] == "en"
    assert '<html lang="en">' in english.text
    assert "Sign in" in english.text
    assert (
        '<a href="?next=%2Fx&amp;_lang=zh" lang="zh-CN" hreflang="zh-CN">中文</a>' in english.text
    )
    chinese = front.get("/-/sign-in?next=/x")
    assert chinese["content-language"] == "zh-CN"
    chosen = front.get("/-/sign-in?next=/x&_lang=en")
    assert chosen["set-cookie"].startswith("lang=en; Path=/")
    assert front.get("/-/sign-in", cookie="lang=en")["content-language"] == "en"


def test_a_language_that_was_asked_for_is_kept_on_the_way(front: AuthClient) -> None:
    got = front.get("/x?a=1&_lang=en")
    assert got["location"] == "/-/sign-in?next=%2Fx%3Fa%3D1&_lang=en"


def test_the_page_holds_no_script_and_no_style(front: AuthClient) -> None:
    text = front.get("/-/sign-in").text
    assert "<script" not in text
    assert "<style" not in text
    assert "style=" not in text
    for field in ("name", "password"):
        assert f'<label for="{field}">' in text
        assert f'id="{field}"' in text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text


def test_a_form_that_never_comes_is_given_up(
    front: AuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.internal import http

    monkeypatch.setattr(http, "_FORM_TIMEOUT", 0.05)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", HOST.encode()), *((k.encode(), v.encode()) for k, v in OURS.items())]
    scope = {"type": "http", "method": "POST", "path": "/-/sign-in", "headers": headers}
    asyncio.run(front.middleware(scope, receive, send))
    assert sent[0]["status"] == 408


def test_who_leaves_before_the_form_is_whole_gets_nothing(front: AuthClient) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pytest.fail("sent")

    headers = [(b"host", HOST.encode()), *((k.encode(), v.encode()) for k, v in OURS.items())]
    scope = {"type": "http", "method": "POST", "path": "/-/sign-in", "headers": headers}
    asyncio.run(front.middleware(scope, receive, send))
