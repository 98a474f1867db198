"""Around Datasette: refuse, answer 304, or give again what was given before.

A published file never changes, so that a page is the same for as long as the file, the program and
the language are. One `Answers` belongs to one published file, and is dropped with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from registry.locale import language, use
from registry.site import csp_hashes as inline
from registry.site.context import Site
from registry.site.headers import Header, headers_of, settled
from registry.site.language_choice import asked, choose
from registry.site.request_filter import anonymous, refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Any, Any], Awaitable[None]]
Key = tuple[str, bytes, bytes, bytes, str]
"""Scheme, host, path and query of an address, and the language."""

_MOST_KEPT: Final = 32 * 1024 * 1024
_LARGEST_KEPT: Final = 1024 * 1024
_EACH: Final = 512  # what an entry takes besides its body
_STATIC: Final = (b"/static/", b"/-/static/", b"/-/static-plugins/")


@dataclass(frozen=True)
class Answer:
    """A whole answer of status 200."""

    headers: list[Header]
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that keeping it takes, about."""
        return len(self.body) + sum(len(n) + len(v) for n, v in self.headers) + _EACH


class Kept:
    """Answers by what was asked; the longest unused goes first when there is no more room."""

    def __init__(self, room: int = _MOST_KEPT) -> None:
        self.room = room
        self.size = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()

    def get(self, key: Key) -> Answer | None:
        """The answer, which now was used last."""
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, and let go of as many as it takes."""
        if key in self._answers:
            self.size -= self._answers.pop(key).size
        self._answers[key] = answer
        self.size += answer.size
        while self.size > self.room:
            self.size -= self._answers.popitem(last=False)[1].size


class Answers:
    """An ASGI application around Datasette's. `tag` names file, program and metadata."""

    def __init__(self, site: Site, app: App, tag: str, kept: Kept) -> None:
        self.site = site
        self.app = app
        self.tag = tag
        self.kept = kept

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        before = language()
        inline.begin()
        scope = {**scope, "headers": anonymous(scope["headers"])}
        chosen = choose(self.site, scope)
        use(chosen)
        try:
            refused = refusal(scope)
            if refused:
                return await self._refuse(scope, send, *refused)
            path = scope.get("raw_path") or scope["path"].encode("utf-8")
            # Pages hold whole addresses, made of the host that the visitor named.
            host = dict(scope["headers"]).get(b"host", b"")
            key = (scope["scheme"], host, path, scope.get("query_string", b""), chosen)
            tag = None if path.startswith(_STATIC) else f'W/"{self.tag}-{chosen}"'.encode("ascii")
            # An address that asks for a language has a cookie set, which 304 would not.
            if tag and not asked(scope) and tag in _known_to(scope):
                return await self._not_modified(scope, send, tag)
            answer = self.kept.get(key)
            if answer is None:
                return await self._ask(scope, receive, send, key, tag)
            await _give(scope, send, answer)
        finally:
            use(before)

    async def _ask(
        self, scope: Scope, receive: Any, send: Send, key: Key, tag: bytes | None
    ) -> None:
        """Let Datasette answer; keep what is whole, good and not too large."""
        start: Message = {}
        parts: list[bytes] = []
        held = True  # nothing was sent on yet

        async def hold(message: Message) -> None:
            nonlocal start, held
            if message["type"] == "http.response.start":
                start = {**message, "headers": settled(message, tag)}
                keeps = start["status"] == 200 and scope["method"] == "GET"
                if not keeps or any(name == b"set-cookie" for name, _v in start["headers"]):
                    held = False
                    await send(start)
                return
            if not held:
                await send(message)
                return
            parts.append(message.get("body", b""))
            whole = not message.get("more_body", False)
            if not whole and sum(map(len, parts)) <= _LARGEST_KEPT:
                return
            body = b"".join(parts)
            if not whole or len(body) > _LARGEST_KEPT:
                held = False
                await send(start)
                await send({**message, "body": body})
                return
            answer = Answer(_with_tag(start["headers"], body), body)
            self.kept.put(key, answer)
            await _give(scope, send, answer)

        await self.app(scope, receive, hold)

    async def _refuse(self, scope: Scope, send: Send, status: int, text: str) -> None:
        body = f"{text}\n".encode()
        start = {"status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]}
        headers = settled(start, None) + headers_of(self.site, scope, start)
        headers.append((b"content-length", str(len(body)).encode("ascii")))
        if status == 405:
            headers.append((b"allow", b"GET, HEAD"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})

    async def _not_modified(self, scope: Scope, send: Send, tag: bytes) -> None:
        start = {"status": 304, "headers": [(b"vary", b"accept-language, cookie")]}
        # Without a policy: the browser then goes on with that of the page that it kept.
        await send({"type": "http.response.start", "status": 304, "headers": settled(start, tag)})
        await send({"type": "http.response.body", "body": b""})


def _known_to(scope: Mapping[str, Any]) -> set[bytes]:
    """The tags that the visitor already has pages of."""
    return {
        tag.strip()
        for name, value in scope["headers"]
        if name.lower() == b"if-none-match"
        for tag in value.split(b",")
    }


def _with_tag(headers: list[Header], body: bytes) -> list[Header]:
    """Headers of a file that is sent as it lies there: its tag is its contents'."""
    if any(name == b"etag" for name, _value in headers):
        return headers
    return [*headers, (b"etag", f'"{sha256(body).hexdigest()[:16]}"'.encode("ascii"))]


async def _give(scope: Mapping[str, Any], send: Send, answer: Answer) -> None:
    headers = [*answer.headers]
    if not any(name == b"content-length" for name, _value in headers):
        headers.append((b"content-length", str(len(answer.body)).encode("ascii")))
    tags = [value for name, value in headers if name == b"etag"]
    status, body = 200, answer.body
    if _known_to(scope) & set(tags):
        status, body = 304, b""
        headers = [(n, v) for n, v in headers if n in (b"etag", b"cache-control", b"vary")]
    if scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
