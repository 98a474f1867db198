"""Types of ASGI, which Datasette, uvicorn and our middleware speak."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Answer:
    """What an application answered."""

    status: int
    headers: Sequence[Header]
    body: bytes


async def fetch(
    app: App,
    path: str,
    *,
    origin: tuple[str, str] = ("http", "localhost"),
    headers: Sequence[Header] = (),
    extra_scope: Mapping[str, Any] | None = None,
) -> Answer:
    """Ask an application of this process for a page, as a server would.

    `path`: in ASCII, with a query string where there is one; `origin`: scheme and host;
    `extra_scope`: what the request's scope holds besides.
    """
    start: Message = {"status": 0, "headers": []}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        else:
            parts.append(message.get("body", b""))

    before, _mark, query = path.partition("?")
    scope = {
        **(extra_scope or {}),
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": origin[0],
        "path": before,
        "raw_path": before.encode("ascii"),
        "query_string": query.encode("ascii"),
        "headers": [(b"host", origin[1].encode("ascii")), *headers],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 0),
    }
    await app(scope, receive, send)
    return Answer(start["status"], start.get("headers", []), b"".join(parts))
