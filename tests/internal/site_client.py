"""The whole internal site, and a client of it that needs no network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from registry.internal.accounts import User
from registry.internal.server import InternalSite, open_internal_site
from registry.model.config import AccessLogConfig
from tests.internal.auth_client import HOST, PAGE, Response, add, asgi_request, user
from tests.internal.conftest import rows

Result = TypeVar("Result")
PEOPLE = {"office": None, "slj": ("department", "slj"), "etdz": ("zone", "etdz")}


class SiteClient:
    """A site and a client for all its users, in the event loop that the site's locks belong to."""

    def __init__(self, site: InternalSite, state: Path, told: list[str]) -> None:
        self.site = site
        self.state = state
        self.told = told
        self.loop = asyncio.new_event_loop()
        self._sessions: dict[str, str] = {}

    def run(self, work: Awaitable[Result]) -> Result:
        """Wait for what is asked in this site's loop."""
        return self.loop.run_until_complete(work)

    def session(self, name: str) -> str:
        """Begin a session as the sign-in does, without its password being hashed again."""
        sessions = self.site.middleware._sessions
        known = sessions._accounts.users()[name]
        return f"registry_session={sessions.begin(known)}"

    def cookie(self, name: str) -> str:
        """Give the session of somebody, the same each time."""
        if name not in self._sessions:
            self._sessions[name] = self.session(name)
        return self._sessions[name]

    async def ask(
        self,
        path: str,
        who: str | None = None,
        method: str = "GET",
        body: bytes = b"",
        /,
        **headers: str,
    ) -> Response:
        """One request, as a browser that is signed in as `who`, or not at all.

        Every byte of the path is the test's: an HTTP client would tidy it up.
        """
        sent = {**PAGE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if who is not None:
            sent["cookie"] = self.cookie(who)
        before, _mark, query = path.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(before),
            "raw_path": before.encode("ascii"),
            "query_string": query.encode("ascii"),
            "headers": [
                *([] if "host" in sent else [(b"host", HOST.encode())]),
                *((name.encode(), value.encode("latin-1")) for name, value in sent.items()),
            ],
            "client": ("10.0.0.7", 4711),
            "server": (HOST, 80),
        }
        return await asgi_request(self.site.app(), scope, [body])

    def get(self, path: str, who: str | None = None, /, **headers: str) -> Response:
        """Ask, and wait."""
        return self.run(self.ask(path, who, **headers))


@contextmanager
def visited(
    place: Path, state: Path, metadata: dict[str, Any], **more: Any
) -> Iterator[SiteClient]:
    """Open the site on a file or folder, with somebody of the office and of two bodies."""
    add(state, *(user(name, body) for name, body in PEOPLE.items()))
    told: list[str] = []
    clock: Callable[[], float] = more.pop("clock", time.time)
    # A crawl asks more than a user does in a day.
    more = {"log_config": AccessLogConfig(user_megabytes=10_000)} | more
    site = open_internal_site(
        place, metadata, state, clock=clock, monotonic=time.monotonic, notify=told.append, **more
    )
    one = SiteClient(site, state, told)
    try:
        yield one
    finally:
        site.close()
        one.loop.close()


def change(state: Path, name: str, **changes: Any) -> None:
    """Change a user, or put one in."""
    from registry.internal.accounts import Accounts

    with Accounts(state).changing() as users:
        users[name] = User.model_validate({**users[name].model_dump(), **changes})


def secrets_of(office: Path, mine: Path) -> list[str]:
    """Give what the office's file tells of findings, and a body's own file does not."""
    known = {one for (one,) in rows(mine, "SELECT fingerprint FROM finding_history")}
    texts = {
        text
        for found in rows(mine, "SELECT message_zh, message_en FROM finding_history")
        for text in found
    }
    hidden = [
        row
        for row in rows(office, "SELECT fingerprint, message_zh, message_en FROM finding_history")
        if row[0] not in known
    ]
    return sorted({one for row in hidden for one in row if one not in texts})
