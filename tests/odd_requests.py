"""Requests that no browser of ours would send, for every address that a site answers.

What is drawn depends on the seed alone. Each is a request as an ASGI server passes it on: bytes of
the address as they came, any method, any headers that HTTP lets through.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, quote_from_bytes, unquote

HAN = re.compile("[\u4e00-\u9fff]")
_TRACES: Final = ("Traceback (most recent", 'File "/', "sqlite3.", "site-packages", "NoneType")
_WORDS: Final = re.compile(r"[A-Za-z][a-z]+ [a-z]+ [a-z]+ [a-z]+")
"""Four English words in a row: a sentence that nobody translated."""
_SECONDS: Final = 60


@dataclass(frozen=True)
class OddRequest:
    """One request. `path`, `query`: as sent."""

    method: str
    path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""

    def __str__(self) -> str:
        address = self.path + (b"?" + self.query if self.query else b"")
        return f"{self.method} {address.decode('latin-1')[:300]} {self.headers} {self.body[:80]!r}"

    @property
    def language(self) -> str | None:
        """The language that is asked for by the header alone, where that is told plainly."""
        found = [value for name, value in self.headers if name == b"accept-language"]
        return {b"zh-CN": "zh", b"en": "en"}.get(found[0]) if len(found) == 1 else None


@dataclass(frozen=True)
class Answer:
    """What a site answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


# ---- what is drawn ----

_NUMBERS: Final = (
    *("0", "-1", "1", "00", "1.5", "1e3", "+1", " 1", "-0", "99999999999999999999", "９", "²", "٣"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" * 4300, "0x10"),
    *("1_000", "nan", "inf", "max", "None", "true"),
)
_TEXTS: Final = (
    *("", " ", "\t", "\0", "a\0b", "\n", "\r\nSet-Cookie: a=b", "'", '"', "';--", "[", "]", "[]"),
    *("%", "%%", "_", "\\", "/", "..", "../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}"),
    *("\ud800", "\udfff\ud800", "\ufeff", "\u202e", "\u0000", "\U0010ffff", "é", "e\u0301", "㊙"),
    *("许可", "許可", "高新区 取水许可", "x" * 300, "许" * 1300, "a " * 900, "* OR 1", "NEAR(a b)"),
    *('"', '""', 'a"b', "a*", "^a", "-a", "a AND", "(", ")", "((((((((((", "{", "a:b", "name:x"),
    *(
        "1-07",
        "liaocheng-2021-8:1-07",
        "1-07,1-08",
        "1-07;1-08",
        ":",
        "::",
        "~",
        "~2F",
        "~00",
        "~E4",
    ),
    *("~ZZ", "~E4", "a~", "$null", "$key", "$null,1-07", "$key,1-07", ",", ",,,,", "2021-13-45"),
    *("0000-00-00", "select 1", "select * from sqlite_master", "pragma user_version", "%s", "%00"),
)
_JSON: Final = (
    *("[]", "{}", "null", "1", '"a"', "[[]]", "[" * 900, "[" * 900 + "]" * 900, '{"a":' * 300),
    *('["items","id","1"]', '["delegations","item","1-07"]', '["delegations"]', '["a","b"]'),
    *(
        '["delegations","item",["x"]]',
        '["delegations","item",null]',
        '["delegations","item",1e999]',
    ),
    *("[1,2,3]", '["items",[],{}]', '["delegations",{},"x"]', '["delegations","item","x","y"]'),
    *('["delegations","item","\\ud800"]', '["delegations","item",99999999999999999999]'),
    *(
        '["deliverables","delegation","x"]',
        '{"a":1,"a":2}',
        "[1e999]",
        '["sqlite_master","name","x"]',
    ),
)
_RAW: Final = (
    *(b"%", b"%f", b"%ff", b"%FF%FE", b"%C0%AF", b"%ED%A0%80", b"%E4%B8", b"%00", b"%0d%0a", b"+"),
    *(b"%25", b"%2500", b"%u4e00", b"&", b"&&&", b"=", b"==", b";", b"#", b"?", b"a=b=c", b"%26"),
)
_SPECIAL: Final = (
    *("_size", "_next", "_sort", "_sort_desc", "_facet", "_facet_date", "_facet_array", "_through"),
    *(
        "_search",
        "_searchmode",
        "_search_name",
        "_shape",
        "_json",
        "_nl",
        "_col",
        "_nocol",
        "_nofacet",
    ),
    *(
        "_nosuggest",
        "_nocount",
        "_labels",
        "_trace",
        "_timelimit",
        "_ttl",
        "_stream",
        "_dl",
        "_header",
    ),
    *("_format", "_facet_size", "_where", "_blob_column", "_blob_hash", "_json_infinity", "_extra"),
    *("_fts_table", "_fts_pk", "_filter_column", "_filter_op", "_filter_value", "_rows", "_lang"),
    *(
        "_json_array",
        "_allow_execute_sql",
        "_shape[]",
        "_filter_column_1",
        "_filter_op_1",
        "_hide_sql",
    ),
    *(
        "_show_sql",
        "_from",
        "_err",
        "_msg",
        "sql",
        "q",
        "bom",
        "names",
        "next",
        "page",
        "n",
        "id",
        "as_of",
    ),
)
_LOOKUPS: Final = (
    *("exact", "not", "contains", "endswith", "startswith", "gt", "gte", "lt", "lte", "like"),
    *("notlike", "glob", "in", "notin", "arraycontains", "arraynotcontains", "date", "isnull"),
    *("notnull", "isblank", "notblank", "nothing", ""),
)
_SHAPES: Final = ("array", "arrays", "arrayfirst", "object", "objects", "x", "", "custom")
_FORMATS: Final = ("json", "csv", "jsono", "blob", "html", "xml", "db", "", "JSON", "js")
_LANGUAGES: Final = (
    *(b"", b"*", b"zh", b"en", b"zh-CN,zh;q=0.9,en;q=0.8", b"en;q=", b"en;q=nan", b"zh;q=1e999"),
    *(b",,,,", b";;;;q", b"\xff\xfe", b"en;q=-1,zh;q=2", b"zh-" + b"a" * 4000, b"fr", b"EN-us"),
    b", ".join([b"en;q=0.1"] * 400),
)
_ETAGS: Final = (
    *(b"*", b'""', b"W/", b'W/"x"', b'"a", "b"', b"\xff", b"," * 900, b'W/"' + b"a" * 4000),
    b"x" * 7000,
)
_NAMES: Final = (b"range", b"if-modified-since", b"authorization", b"x-forwarded-host")
_METHODS: Final = (
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "HEAD",
    "FOO",
    "get",
)
_TYPES: Final = (
    *(b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"text/plain"),
    *(b"multipart/form-data", b"application/json", b"", b"\xff", b"multipart/form-data; boundary="),
)
_BODIES: Final = (
    *(
        b"",
        b"a=b",
        b"a" * 20_000,
        b"%ff=%ff",
        b"&" * 50,
        b"\0",
        b"[" * 5000,
        b"csrftoken=x&name=%00",
    ),
    *(
        b"--x\r\n\r\n\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nPK\r\n--x--',
    ),
)


class OddRequests:
    """Draws requests. `paths`: an address of every kind; `columns`: names that filters may bear."""

    def __init__(self, paths: Sequence[str], columns: Sequence[str], seed: object) -> None:
        self.paths = paths
        self.columns = columns
        self.random = random.Random(str(seed))

    def draw(self, number: int) -> Iterator[OddRequest]:
        """So many, in any order, so that every address is asked for equally often."""
        left: list[str] = []
        for _n in range(number):
            left = left or self.random.sample(self.paths, len(self.paths))
            yield self._one(left.pop())

    def _one(self, path: str) -> OddRequest:
        draw = self.random
        odd_path = draw.random() < 0.2
        query = b"" if odd_path and draw.random() < 0.5 else self._query()
        method = draw.choice(_METHODS) if draw.random() < 0.08 else "GET"
        return OddRequest(
            method,
            self._odd_path(path) if odd_path else quote(path, safe="/:~!@$&'()*+,;=-._").encode(),
            query,
            tuple(self._headers(method)),
            draw.choice(_BODIES) if method not in ("GET", "HEAD") else b"",
        )

    def _odd_path(self, path: str) -> bytes:
        """An address with one part changed."""
        parts = path.split("/")
        place = self.random.randrange(1, len(parts)) if len(parts) > 1 else 0
        odd = self.random.choice((*map(_encoded, (*_TEXTS, *_NUMBERS)), *_RAW[:10]))
        kept = [quote(part, safe=":~.").encode() for part in parts]
        ending = b""
        if self.random.random() < 0.4:
            ending = b"." + self.random.choice(_FORMATS).encode()
        kept[place] = odd.replace(b"/", b"%2F") if self.random.random() < 0.7 else kept[place] + odd
        found = b"/".join(kept) + ending
        return found if found.startswith(b"/") else b"/" + found

    def _query(self) -> bytes:
        pairs: list[bytes] = []
        for _n in range(self.random.choice((1, 1, 1, 2, 2, 3, 5))):
            pairs.append(self._pair())
            if self.random.random() < 0.15:
                pairs.append(pairs[-1])
        if self.random.random() < 0.02:
            pairs *= 40
        return b"&".join(pairs)[:5000]

    def _pair(self) -> bytes:
        draw = self.random
        kind = draw.random()
        if kind < 0.55:
            key = draw.choice(_SPECIAL)
            return _encoded(key) + b"=" + self._value(key)
        if kind < 0.85 and self.columns:
            key = f"{draw.choice(self.columns)}__{draw.choice(_LOOKUPS)}".removesuffix("__")
            return _encoded(key) + b"=" + self._value(key)
        if kind < 0.93:
            return draw.choice(_RAW) + b"=" + draw.choice(_RAW)
        return _encoded(draw.choice(_TEXTS)) + b"=" + _encoded(draw.choice(_TEXTS))

    def _value(self, key: str) -> bytes:
        """Often one that is nearly right, for such get furthest."""
        draw = self.random
        near: Sequence[str] = ()
        if "sort" in key or "facet" in key or "col" in key:
            near = self.columns
        elif key == "_through" or "array" in key or key.startswith("_json"):
            near = _JSON
        elif key == "_shape":
            near = _SHAPES
        elif key == "_format":
            near = _FORMATS
        elif key in ("_size", "_ttl", "_timelimit", "_facet_size", "n", "page"):
            near = _NUMBERS
        elif key == "_filter_op":
            near = _LOOKUPS
        elif key == "sql":
            near = ("select 1", "select id from items", "select :a", "select 1;select 2", "with")
        if near and draw.random() < 0.6:
            return _encoded(draw.choice(near))
        if draw.random() < 0.15:
            return draw.choice(_RAW)
        return _encoded(draw.choice((*_TEXTS, *_NUMBERS, *_JSON)))

    def _headers(self, method: str) -> Iterator[tuple[bytes, bytes]]:
        draw = self.random
        yield b"host", b"localhost"
        chance = draw.random()
        if chance < 0.7:
            yield b"accept-language", draw.choice((b"zh-CN", b"en"))
        elif chance < 0.9:
            yield b"accept-language", draw.choice(_LANGUAGES)
        if draw.random() < 0.1:
            yield b"if-none-match", draw.choice(_ETAGS)
        if draw.random() < 0.1:
            yield b"accept", draw.choice((b"application/json", b"text/html", b"\xff", b"*/*"))
        if draw.random() < 0.05:
            yield b"cookie", draw.choice((b"lang=xx", b"lang", b"=;=", b"lang=\xff", b"a" * 4000))
        if draw.random() < 0.05:
            name = draw.choice(
                (b"range", b"if-modified-since", b"authorization", b"x-forwarded-host")
            )
            yield name, draw.choice((b"bytes=0-1", b"x", b"\xff", b"Basic eDp5"))
        if method not in ("GET", "HEAD"):
            yield b"content-type", draw.choice(_TYPES)
            yield b"sec-fetch-site", draw.choice((b"same-origin", b"cross-site"))
            if draw.random() < 0.3:
                yield b"content-length", draw.choice((b"-1", b"x", b"1", b"99999999999999"))


def _encoded(text: str) -> bytes:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").encode("ascii")


# ---- asking, and what is wrong with an answer ----


async def ask(app: Any, request: OddRequest, more: Mapping[str, Any] | None = None) -> Answer:
    """Ask an ASGI application. What it raises after answering 500 is the server's to report."""
    answered: dict[str, Any] = {"body": b""}
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.update(message)
        else:
            answered["body"] += message.get("body", b"")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path.decode("ascii")),
        "raw_path": request.path,
        "query_string": request.query,
        "headers": list(request.headers),
        "client": ("127.0.0.1", 4711),
        "server": ("localhost", 80),
        **(more or {}),
    }
    try:
        await asyncio.wait_for(app(scope, receive, send), _SECONDS)
    except Exception as error:
        return Answer(599, (), f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
    headers = tuple(
        (k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in answered["headers"]
    )
    return Answer(answered["status"], headers, answered["body"])


def problem_of(request: OddRequest, answer: Answer) -> str | None:
    """What is wrong with an answer; None where a visitor can be content with it."""
    if not 200 <= answer.status < 500:
        return f"status {answer.status}: {answer.body[:300]!r}"
    if any("\n" in value or "\r" in value for _name, value in answer.headers):
        return f"a header of more than one line: {answer.headers}"
    if answer.status < 400 or request.method == "HEAD":
        return None
    kind = answer["content-type"].partition(";")[0]
    try:
        text = answer.body.decode("utf-8")
    except UnicodeDecodeError:
        return "no UTF-8"
    if not text.strip():
        return "an error without a word"
    if any(trace in text for trace in _TRACES):
        return f"a trace of the program: {text[:300]}"
    if kind == "application/json":
        return None if isinstance(json.loads(text), dict) else "an error that is no object"
    if kind not in ("text/html", "text/plain"):
        return f"an error as {kind}"
    return _wrong_language(request, kind, text)


_HEADING_AND_TEXT = r'<h1>(.*?)</h1>(?:\s*<p[^>]*>|.*?role="alert">)(.*?)</p>'
"""Of a page of errors, or of one that says above its content what is wrong."""


def _wrong_language(request: OddRequest, kind: str, text: str) -> str | None:
    """What of an error's page is not in the language that was asked for."""
    if b"_lang" in request.query or any(b"lang" in value for value in _cookies(request)):
        return None
    language = request.language
    if language is None or b"json" in request.path + request.query:
        return None
    if kind == "text/html":
        found = re.search(_HEADING_AND_TEXT, text, re.DOTALL)
        if found is None:
            return f"an error without heading and text: {text[:200]}"
        text = f"{found[1]} {found[2]}"
    if language == "zh":
        is_chinese = HAN.search(text) and not _WORDS.search(text)
        return None if is_chinese else f"not Chinese: {text[:200]}"
    asked = unquote((request.path + b"?" + request.query).decode("latin-1"))
    others = [word for word in re.findall("[\u4e00-\u9fff]+", text) if word not in asked]
    return f"not English: {text[:200]}" if others else None


def _cookies(request: OddRequest) -> list[bytes]:
    return [value for name, value in request.headers if name == b"cookie"]


# ---- all addresses ----

FORMS: Final = ("", ".json", ".csv")


def addresses_of(app: Any, known: Sequence[str]) -> list[str]:
    """`known`, and each table and canned query of a site in every form. No route is left out."""
    tables, queries = app.site.file.tables, app.site.queries
    found = {f"/catalogue/{name}{form}" for name in (*tables, *queries) for form in FORMS}
    found |= {f"/catalogue/{name}/1{form}" for name in tables for form in ("", ".json", ".blob")}
    found |= set(known)
    for pattern, _view in app._routes():
        text = pattern if isinstance(pattern, str) else pattern.pattern
        assert any(re.match(text, address) for address in found), f"no address of {text}"
    return sorted(found)


def columns_of(app: Any) -> list[str]:
    """Every column of a site's tables."""
    return sorted({column for names in app.site.file.columns.values() for column in names})


async def wrong_answers(
    app: Any, requests: Iterator[OddRequest], more: Mapping[str, Any] | None = None
) -> tuple[list[str], Counter[int]]:
    """What is wrong with the answers, and how often each status came."""
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    for request in requests:
        answer = await ask(app, request, more)
        statuses[answer.status] += 1
        if problem := problem_of(request, answer):
            wrong.append(f"{request}\n    {problem}")
    return wrong, statuses
