"""A gate with an inner application that records, a clock of ours, and requests down to the byte."""

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

from registry.internal import request_context as asked
from registry.internal.accounts import Accounts, Body, User
from registry.internal.audience import Audience
from registry.internal.auth_middleware import Gate, open_gate
from registry.internal.passwords import hash_of

PASSWORD = "correct-horse-9"
HOST = "registry.test"
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = {"origin": f"https://{HOST}", "content-type": "application/x-www-form-urlencoded"}
START = 1_800_000_000.0
HOUR = 3_600


@cache
def hashed(password: str = PASSWORD) -> str:
    """Hash a password once for all tests: it takes long, as it should."""
    return hash_of(password)


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
class Got:
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
class Inner:
    """What is behind the gate: says who asks, and keeps what it was asked."""

    asked: list[tuple[Audience, dict[str, Any]]] = field(default_factory=list)
    static: list[str] = field(default_factory=list)
    fill: Callable[[Any], None] = lambda asking: None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    status: int = 200
    fails: bool = False

    async def answer(self, audience: Audience, scope: Any, receive: Any, send: Any) -> None:
        """Answer, as the application of an audience."""
        self.asked.append((audience, dict(scope)))
        asking = asked.current.get()
        assert asking is not None
        assert asking.audience == audience
        self.fill(asking)
        if self.fails:
            raise RuntimeError("broken inside")
        await self._send(send, f"secret of {asking.user}".encode())

    async def give_static(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer for a file of style."""
        self.static.append(scope["path"])
        await self._send(send, b"a { color: red }")

    async def _send(self, send: Any, body: bytes) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": body})


class Front:
    """A gate, opened on a folder; a browser that keeps no cookies by itself."""

    def __init__(self, folder: Path, **how: Any) -> None:
        self.folder = folder
        self.clock = Clock()
        self.inner = Inner()
        self.told: list[str] = []
        self.how = how
        self.gate = self._open()

    def _open(self) -> Gate:
        return open_gate(
            self.folder,
            answer=self.inner.answer,
            static=self.inner.give_static,
            clock=self.clock,
            monotonic=self.clock,
            tell=self.told.append,
            **self.how,
        )

    def restart(self) -> None:
        """End the server, and start another on the same folder."""
        self.gate.close()
        self.gate = self._open()

    def get(self, path: str, **headers: str) -> Got:
        """Ask for an address, as a browser does."""
        return self.ask("GET", path, {**PAGE, **headers})

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Got:
        """Send a form, as a page of ours does."""
        return self.ask("POST", path, {**OURS, **PAGE, **headers}, urlencode(fields).encode())

    def sign_in(self, name: str = "wang", password: str = PASSWORD, **more: str) -> Got:
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
    ) -> Got:
        """One request, of which every byte is the test's."""
        return asyncio.run(self.asking(method, path, headers, body, client))

    async def asking(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        client: tuple[str, int] | None = ("10.0.0.7", 4711),
    ) -> Got:
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
        return await spoken(self.gate, scope, parts)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The access log."""
        path = self.folder / "access.log"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


async def spoken(
    app: Callable[[Any, Any, Any], Awaitable[None]], scope: dict[str, Any], parts: list[bytes]
) -> Got:
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
    return Got(sent[0]["status"], found, body)
