"""ASGI middleware around Datasette: turns requests away, answers 304, or serves from the cache.

A published file never changes, so that a page is the same for as long as the file, the program and
the language are. One cache belongs to one published file, and is dropped with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from registry.locale import _
from registry.site import csp_hashes
from registry.site.asgi import App, Header, Message, Scope, Send
from registry.site.context import SiteContext
from registry.site.headers import final_headers, over_tls, site_headers
from registry.site.language_choice import SCOPE_KEY, requested_language
from registry.site.request_filter import check_request, strip_identity

Key = tuple[str, bytes, bytes, bytes, str]
"""Scheme, host, path and query of an address, and the language."""

_MAX_CACHE_BYTES: Final = 32 * 1024 * 1024
_MAX_BODY_BYTES: Final = 1024 * 1024
_ENTRY_OVERHEAD: Final = 512  # bytes that an entry takes besides its body and headers
_STATIC: Final = (b"/static/", b"/-/static/", b"/-/static-plugins/")


@dataclass(frozen=True)
class CachedResponse:
    """A whole response of status 200."""

    headers: list[Header]
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that keeping it takes, about."""
        return len(self.body) + sum(len(n) + len(v) for n, v in self.headers) + _ENTRY_OVERHEAD


class ResponseCache:
    """Responses by request, least recently used first out. `max_bytes`: of all together."""

    def __init__(self, max_bytes: int = _MAX_CACHE_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._responses: OrderedDict[Key, CachedResponse] = OrderedDict()

    def get(self, key: Key) -> CachedResponse | None:
        """The response, which now was used last."""
        if key in self._responses:
            self._responses.move_to_end(key)
        return self._responses.get(key)

    def put(self, key: Key, response: CachedResponse) -> None:
        """Keep a response, and drop as many as it takes."""
        if key in self._responses:
            self.size -= self._responses.pop(key).size
        self._responses[key] = response
        self.size += response.size
        while self.size > self.max_bytes:
            self.size -= self._responses.popitem(last=False)[1].size


class CacheMiddleware:
    """ASGI middleware around Datasette's application, inside a `LanguageMiddleware`.

    `version` names file, program and metadata: with the language, it is the ETag of every page.
    """

    def __init__(self, site: SiteContext, app: App, version: str, cache: ResponseCache) -> None:
        self.site = site
        self.app = app
        self.version = version
        self.cache = cache

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Any, send: Send) -> None:
        csp_hashes.start_recording()
        send = over_tls(send) if scope["scheme"] == "https" else send
        scope = {**scope, "headers": strip_identity(scope["headers"])}
        rejection = check_request(scope)
        if rejection:
            await self._send_rejection(scope, send, *rejection)
            return
        path = scope.get("raw_path") or scope["path"].encode("utf-8")
        # Pages hold whole addresses, made of the host that the visitor named.
        host = dict(scope["headers"]).get(b"host", b"")
        language = scope[SCOPE_KEY]
        key = (scope["scheme"], host, path, scope.get("query_string", b""), language)
        etag = None if path.startswith(_STATIC) else f'W/"{self.version}-{language}"'.encode()
        # An address that asks for a language has a cookie set, which 304 would not.
        if etag and not requested_language(scope) and etag in _client_etags(scope):
            await self._send_not_modified(send, etag)
        elif response := self.cache.get(key):
            await _send_response(scope, send, response)
        else:
            await self._fetch(scope, receive, send, key, etag)

    async def _fetch(
        self, scope: Scope, receive: Any, send: Send, key: Key, etag: bytes | None
    ) -> None:
        """Let Datasette answer; cache what is whole, of status 200 and not too large."""
        start: Message = {}
        parts: list[bytes] = []
        buffering = True  # nothing was sent on yet
        answered = False

        async def send_or_buffer(message: Message) -> None:
            nonlocal start, buffering, answered
            if answered:
                return
            if message["type"] == "http.response.start":
                if etag is None and message["status"] == 404:  # of a style sheet: in English
                    answered = True
                    await self._send_rejection(scope, send, 404, _("There is no such page."))
                    return
                start = {**message, "headers": final_headers(message, etag)}
                cacheable = start["status"] == 200 and scope["method"] == "GET"
                if not cacheable or any(name == b"set-cookie" for name, _v in start["headers"]):
                    buffering = False
                    await send(start)
                return
            if not buffering:
                await send(message)
                return
            parts.append(message.get("body", b""))
            whole = not message.get("more_body", False)
            if not whole and sum(map(len, parts)) <= _MAX_BODY_BYTES:
                return
            body = b"".join(parts)
            if not whole or len(body) > _MAX_BODY_BYTES:
                buffering = False
                await send(start)
                await send({**message, "body": body})
                return
            response = CachedResponse(_with_etag(start["headers"], body), body)
            self.cache.put(key, response)
            await _send_response(scope, send, response)

        await self.app(scope, receive, send_or_buffer)

    async def _send_rejection(self, scope: Scope, send: Send, status: int, text: str) -> None:
        body = f"{text}\n".encode()
        start = {"status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]}
        headers = final_headers(start, None) + site_headers(self.site)
        headers.append((b"content-length", str(len(body)).encode("ascii")))
        if status == 405:
            headers.append((b"allow", b"GET, HEAD"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})

    async def _send_not_modified(self, send: Send, etag: bytes) -> None:
        start = {"status": 304, "headers": [(b"vary", b"accept-language, cookie")]}
        # Without a policy: the browser then goes on with that of the page that it kept.
        headers = final_headers(start, etag)
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _client_etags(scope: Mapping[str, Any]) -> set[bytes]:
    """The ETags of pages that the browser has already."""
    return {
        tag.strip()
        for name, value in scope["headers"]
        if name.lower() == b"if-none-match"
        for tag in value.split(b",")
    }


def _with_etag(headers: list[Header], body: bytes) -> list[Header]:
    """Headers with an ETag: static files, which have none yet, get the digest of their body."""
    if any(name == b"etag" for name, _value in headers):
        return headers
    return [*headers, (b"etag", f'"{sha256(body).hexdigest()[:16]}"'.encode("ascii"))]


async def _send_response(scope: Mapping[str, Any], send: Send, response: CachedResponse) -> None:
    headers = [*response.headers]
    if not any(name == b"content-length" for name, _value in headers):
        headers.append((b"content-length", str(len(response.body)).encode("ascii")))
    etags = {value for name, value in headers if name == b"etag"}
    status, body = 200, response.body
    if _client_etags(scope) & etags:
        status, body = 304, b""
        headers = [(n, v) for n, v in headers if n in (b"etag", b"cache-control", b"vary")]
    if scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
