"""Limits on connections, so that whoever sends nothing, or takes nothing, keeps nobody else out.

uvicorn closes a connection that is idle between two requests, but waits for the first one for as
long as the other side likes. Here a request's head has to come within seconds, an answer has to be
taken, and where there are too many connections the one goes that has waited longest without asking.

Importing this imports uvicorn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from registry.locale import _
from registry.site.asgi import App, Scope, Send
from registry.site.language_choice import LanguageMiddleware

_SWEEP_SECONDS: Final = 1.0
_FILES: Final = 8_192
"""As many files as a server asks the system for; a connection is one."""
_UNKNOWN: Final = 1_024
"""Where the system doesn't say how many there may be."""
_UNREADABLE: Final = "无法识别该请求。\nThis request can't be understood.\n".encode()
"""In both languages, for which one is asked for can't be told either."""


@dataclass(frozen=True)
class ConnectionLimits:
    """How many connections there may be, and how long each may take.

    `connections`: at once; `requests`: that are being answered at once; `backlog`: that wait to be
    taken on. `head_seconds`: until a request's head is there, from the connection's or the last
    answer's end; `send_seconds`: in which not a byte of an answer is taken.
    """

    connections: int
    backlog: int
    requests: int = 256
    head_seconds: float = 10.0
    send_seconds: float = 30.0


def connection_limits() -> ConnectionLimits:
    """The limits for this process: half of the files that it may open, 1,000 at the most."""
    files = _allowed_files()
    return ConnectionLimits(max(min(1_000, files // 2), 16), max(min(256, files // 8), 8))


def _allowed_files() -> int:
    """How many files this process may open, after asking for as many as a server needs."""
    try:
        import resource
    except ImportError:  # Windows
        return _UNKNOWN
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _FILES if soft == resource.RLIM_INFINITY else soft


class LimitedProtocol(H11Protocol):
    """One connection. Subclasses have their server's limits: `limited_protocol` makes them."""

    limits: ConnectionLimits
    is_swept = False
    since = 0.0
    """When the connection was made, or its last answer ended."""
    moved = 0.0
    """When some of an answer was last seen to be taken."""
    buffered = 0
    """Bytes that were not taken yet, when they were last counted."""

    @property
    def waits(self) -> bool:
        """Whether it has not asked for anything, or has been answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        """Take it on, in the place of another where there are too many."""
        super().connection_made(transport)
        self.since = self.moved = self.loop.time()
        if len(self.connections) > self.limits.connections:
            victim = superfluous(self.connections)
            (victim or self).transport.abort()
            if victim:  # it is counted until the system has let go of it
                self.connections.discard(victim)
        self._sweep_later()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.since = self.loop.time()
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Go on with an answer, of which enough was taken."""
        self.moved = self.loop.time()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, and close."""
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"content-length: {len(_UNREADABLE)}\r\ncache-control: no-store\r\n"
            "x-content-type-options: nosniff\r\n"
            "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + _UNREADABLE)
        self.transport.close()

    def _sweep_later(self) -> None:
        kind = type(self)
        if not kind.is_swept:
            kind.is_swept = True
            self.loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Look at all connections, and again as long as there are any."""
        type(self).is_swept = False
        now = self.loop.time()
        for one in list(self.connections):
            if isinstance(one, LimitedProtocol):
                one.check(now)
        if self.connections:
            self._sweep_later()

    def check(self, now: float) -> None:
        """Close it where it has had its time."""
        left = self.transport.get_write_buffer_size()
        if left == 0 or left < self.buffered or self.buffered == 0:
            self.moved = now
        self.buffered = left
        if left:
            if now - self.moved > self.limits.send_seconds:
                self.transport.abort()
        elif self.waits and now - self.since > self.limits.head_seconds:
            self.transport.abort()


def limited_protocol(limits: ConnectionLimits) -> type[LimitedProtocol]:
    """The protocol of a server with these limits, for uvicorn's configuration."""
    return type("Protocol", (LimitedProtocol,), {"limits": limits})


def superfluous(connections: Iterable[Any]) -> LimitedProtocol | None:
    """The connection to close for a new one: of the address that has most, what waits longest.

    One that waits for an answer is left alone, unless that is there and has not been taken.
    """
    ours = [one for one in connections if isinstance(one, LimitedProtocol)]
    taken = Counter(one.client and one.client[0] for one in ours)

    def weight(one: LimitedProtocol) -> tuple[int, float]:
        return taken[one.client and one.client[0]], -one.since

    # The newest is the one that room is made for.
    newest = max(ours, key=lambda one: one.since, default=None)
    idle = [one for one in ours if one.waits and not one.buffered and one is not newest]
    if idle:
        return max(idle, key=weight)
    return min((one for one in ours if one.buffered), key=lambda one: one.moved, default=None)


class BusyMiddleware:
    """ASGI middleware that answers 503 where too many requests are being answered already."""

    def __init__(self, app: App, most: int) -> None:
        self._app = app
        self._busy = LanguageMiddleware(_say_busy, "zh")
        self._most = most
        self._running = 0

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._running >= self._most:
            await self._busy(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


async def _say_busy(scope: Scope, _receive: Any, send: Send) -> None:
    text = _("Too many people are asking just now. Please try again in a moment.")
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"retry-after", b"5"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
