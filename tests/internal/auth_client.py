"""A client of the auth middleware: an inner app that records, a clock, requests to the byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from registry.internal import passwords
from registry.internal.accounts import Accounts, Body, User
from registry.internal.audience import AUDIENCE, OFFICE, Audience
from registry.internal.auth_middleware import AuthMiddleware, open_auth_middleware
from registry.internal.log_chain import log_files
from registry.internal.request_context import current_request

PASSWORD = "correct-horse-9"
HOST = "registry.test"
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = {"origin": f"https://{HOST}", "content-type": "application/x-www-form-urlencoded"}
FEW_ROUNDS = 10_000
START = 1_800_000_000.0
HOUR = 3_600


@cache
def hashed(password: str = PASSWORD) -> str:
    """Hash a password in as few rounds as are taken: tests sign in often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "ROUNDS", FEW_ROUNDS)
        return passwords.hash_password(password)


def user(name: str = "wang", body: tuple[str, str] | None = ("department", "slj")) -> User:
    """Make somebody whose password is PASSWORD."""
    kind, id_ = body or ("", "")
    return User(
        name=name,
        role="viewer" if body else "office",
        body=Body.model_validate({"kind": kind, "id": id_}) if body else None,
        password_hash=hashed(),
        changed_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )


def add(folder: Path, *users: User) -> None:
    """Put users into the file."""
    with Accounts(folder).changing() as known:
        known.update({one.name: one for one in users})


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Response:
    """An answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def cookie(self) -> str:
        """The session's cookie, as a browser sends it back."""
        found = [v for k, v in self.headers if k == "set-cookie" and "registry_session" in v]
        return found[0].partition(";")[0] if found else ""


@dataclass
class InnerApp:
    """The app behind the middleware: answers with the user's name, and records its requests."""

    asked: list[tuple[Audience, dict[str, Any]]] = field(default_factory=list)
    static: list[str] = field(default_factory=list)
    lifespans: int = 0
    fill: Callable[[Any], None] = lambda asking: None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    status: int = 200
    fails: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request of a user, or one for a static file, which no user makes."""
        if scope["type"] == "lifespan":
            self.lifespans += 1
            return
        asking = current_request.get()
        if asking is None:
            assert scope[AUDIENCE] == OFFICE
            assert "/static/" in scope["path"]
            self.static.append(scope["path"])
            await self._send(send, b"a { color: red }")
            return
        assert asking.audience == scope[AUDIENCE]
        self.asked.append((asking.audience, dict(scope)))
        self.fill(asking)
        if self.fails:
            raise RuntimeError("broken inside")
        await self._send(send, f"secret of {asking.user}".encode())

    async def _send(self, send: Any, body: bytes) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": body})


class AuthClient:
    """The middleware on a state folder, and a browser that keeps no cookies by itself."""

    def __init__(self, folder: Path, **how: Any) -> None:
        self.folder = folder
        self.clock = Clock()
        self.inner = InnerApp()
        self.told: list[str] = []
        self.how = how
        self.middleware = self._open()

    def _open(self) -> AuthMiddleware:
        return open_auth_middleware(
            self.inner,
            self.folder,
            clock=self.clock,
            monotonic=self.clock,
            notify=self.told.append,
            **self.how,
        )

    def restart(self) -> None:
        """End the server, and start another on the same folder."""
        self.middleware.close()
        self.middleware = self._open()

    def get(self, path: str, **headers: str) -> Response:
        """Ask for an address, as a browser does."""
        return self.ask("GET", path, {**PAGE, **headers})

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        """Send a form, as a page of ours does."""
        return self.ask("POST", path, {**OURS, **PAGE, **headers}, urlencode(fields).encode())

    def sign_in(self, name: str = "wang", password: str = PASSWORD, **more: str) -> Response:
        """Send the form of the sign-in page."""
        headers = {key.replace("_", "-"): value for key, value in more.items() if key != "next"}
        fields = {"name": name, "password": password, "next": more.get("next", "/")}
        return self.post("/-/sign-in", fields, **headers)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        client: tuple[str, int] | None = ("10.0.0.7", 4711),
    ) -> Response:
        """One request, of which every byte is the test's."""
        return asyncio.run(self.asking(method, path, headers, body, client))

    async def asking(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        client: tuple[str, int] | None = ("10.0.0.7", 4711),
    ) -> Response:
        """As `ask`, inside of a loop."""
        before, _mark, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": before,
            "raw_path": before.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "headers": [
                (b"host", HOST.encode()),
                *((k.encode(), v.encode("latin-1")) for k, v in (headers or {}).items()),
            ],
            "client": client,
            "scheme": "http",
        }
        parts = [body[start : start + 1000] for start in range(0, len(body), 1000)] or [b""]
        return await asgi_request(self.middleware, scope, parts)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The access log, without the lines on users, which tests put in."""
        lines = [line for path in log_files(self.folder) for line in path.open(encoding="utf-8")]
        return [entry for line in lines if (entry := json.loads(line))["event"] != "user"]


async def asgi_request(
    app: Callable[[Any, Any, Any], Awaitable[None]], scope: dict[str, Any], parts: list[bytes]
) -> Response:
    """One request to an ASGI application, its body in parts."""
    sent: list[Any] = []
    left = list(parts)

    async def receive() -> Any:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["type"] == "http.response.start"
    body = b"".join(message.get("body", b"") for message in sent[1:])
    found = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in sent[0]["headers"]]
    return Response(sent[0]["status"], found, body)
