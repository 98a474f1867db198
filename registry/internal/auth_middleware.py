"""In front of everything: who is not signed in gets the sign-in page, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from registry.internal import request_context as asked
from registry.internal.access_log import AccessLog
from registry.internal.accounts import Accounts
from registry.internal.audience import Audience
from registry.internal.replies import Reply, error, from_inside, redirect
from registry.internal.request_context import Asked
from registry.internal.requests import (
    BadForm,
    Gone,
    address_asked_for,
    address_of,
    cookies,
    raw_path,
    read_form,
    wants_page,
)
from registry.internal.sessions import COOKIE, Session, Sessions
from registry.internal.sign_in import PATH, SignIn, after_sign_in, leading_to
from registry.internal.state_problems import StateProblem
from registry.internal.throttle import Attempts
from registry.locale import Language, language, use
from registry.site.asgi import App, Message, Scope, Send
from registry.site.language_choice import SCOPE_KEY, choose_language, requested_language
from registry.site.request_filter import strip_identity

Answer = Callable[[Audience, Scope, Any, Send], Awaitable[None]]

_IN: Final = PATH.encode("ascii")
_OUT: Final = b"/-/sign-out"
_ROBOTS: Final = b"/robots.txt"
_STATIC: Final = re.compile(rb"/(?:-/)?static/[A-Za-z0-9][A-Za-z0-9_.-]*")
_READING: Final = ("GET", "HEAD")
_CONDITIONS: Final = (b"if-none-match", b"if-modified-since", b"if-range")
_TO_READ: Final = (b"allow", b"GET, HEAD")


class Gate:
    """The ASGI application of the internal site.

    `answer` answers whoever is signed in, for an audience. `static` answers for files of style,
    which everybody may have. `live` is told when the server starts and ends. `tell` is called with
    what an operator should read.
    """

    def __init__(
        self,
        sessions: Sessions,
        sign_in: SignIn,
        log: AccessLog,
        *,
        answer: Answer,
        static: App,
        tell: Callable[[str], None],
        live: App | None = None,
        site_language: Language = "zh",
        behind_proxy: bool = False,
    ) -> None:
        self._sessions = sessions
        self._sign_in = sign_in
        self._log = log
        self._answer = answer
        self._static = static
        self._tell = tell
        self._live = live
        self._site_language = site_language
        self._behind_proxy = behind_proxy
        self._told: str | None = None

    def app(self) -> Gate:
        """The ASGI application: itself."""
        return self

    def close(self) -> None:
        """Let go of log and threads. What is behind the gate is closed by whoever opened it."""
        self._sign_in.close()
        self._log.close()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            return await (self._live or _live)(scope, receive, send)
        if scope["type"] != "http":
            return await _close(receive, send)
        before = language()
        chosen = choose_language(scope, self._site_language)
        use(chosen)
        scope = {**scope, SCOPE_KEY: chosen}
        try:
            await self._respond(scope, receive, send)
        except BadForm as bad:
            # The rest of the form is not read, so that nothing else can follow it.
            await error(bad.status, scope, (b"connection", b"close")).give(scope, send)
        except Gone:
            pass
        finally:
            use(before)

    async def _respond(self, scope: Scope, receive: Any, send: Send) -> None:
        if _STATIC.fullmatch(raw_path(scope)) and scope["method"] in _READING:
            await self._give_static(scope, receive, send)
            return
        try:
            found = await self._reply(scope, receive)
        except StateProblem as problem:
            # Nobody can be told from anybody else: then nobody comes in.
            self._tell_once(str(problem))
            found = error(503, scope, (b"retry-after", b"60"))
        if isinstance(found, Reply):
            await found.give(scope, send)
        else:
            await self._pass_on(found, scope, receive, send)

    async def _reply(self, scope: Scope, receive: Any) -> Reply | Session:
        """The gate's own answer; or the session of somebody whose request is passed on."""
        path, reads = raw_path(scope), scope["method"] in _READING
        if path == _ROBOTS and reads:
            return Reply(200, b"User-agent: *\nDisallow: /\n")
        if path == _OUT:
            return await self._leave(scope, receive)
        if path == _IN and scope["method"] == "POST":
            return await self._sign_in.take(scope, receive)
        session = self._session(scope)
        self._told = None
        if path == _IN:
            return self._show(scope, session)
        if session is None:
            return self._refuse(scope)
        return session if reads else error(405, scope, _TO_READ)

    def _session(self, scope: Scope) -> Session | None:
        found = (self._sessions.find(value) for value in cookies(scope, COOKIE))
        return next((session for session in found if session), None)

    async def _leave(self, scope: Scope, receive: Any) -> Reply:
        if scope["method"] != "POST":
            return error(405, scope, (b"allow", b"POST"))
        await read_form(scope, receive)
        return self._sign_in.leave(scope, self._session(scope))

    def _show(self, scope: Scope, session: Session | None) -> Reply:
        if scope["method"] not in _READING:
            return error(405, scope, (b"allow", b"GET, HEAD, POST"))
        return redirect(after_sign_in(scope)) if session else self._sign_in.page(scope)

    def _refuse(self, scope: Scope) -> Reply:
        if not wants_page(scope):
            return error(401, scope)
        return redirect(leading_to(address_asked_for(scope), requested_language(scope)))

    async def _pass_on(self, session: Session, scope: Scope, receive: Any, send: Send) -> None:
        user = session.user
        asking = Asked(user.name, user.audience)
        status: int | None = None

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(_guarded(scope, message))

        token = asked.current.set(asking)
        try:
            await self._answer(user.audience, _without_secrets(scope), receive, sending)
        except Exception:
            if status is None:
                status = 500
                await error(500, scope).give(scope, send)
            raise  # for the server to report
        finally:
            asked.current.reset(token)
            self._note(asking, scope, status)

    def _note(self, asking: Asked, scope: Scope, status: int | None) -> None:
        about: dict[str, Any] = {
            "user": asking.user,
            "audience": asking.audience,
            "address": address_of(scope, self._behind_proxy),
            "path": raw_path(scope).decode("latin-1"),
            "status": status,
        }
        if asking.sql is not None:
            self._log.note("sql", sql=asking.sql, rows=asking.rows, **about)
        if asking.download is not None:
            self._log.note("download", download=asking.download, **about)

    async def _give_static(self, scope: Scope, receive: Any, send: Send) -> None:
        async def sending(message: Message) -> None:
            await send(_guarded(scope, message))

        await self._static(_without_secrets(scope), receive, sending)

    def _tell_once(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self._tell(text)


def open_gate(
    folder: Path,
    *,
    answer: Answer,
    static: App,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    tell: Callable[[str], None],
    live: App | None = None,
    site_language: Language = "zh",
    behind_proxy: bool = False,
) -> Gate:
    """The gate with the users, the secret and the log of a state folder.

    `clock` and `monotonic`: as in the module time. Raises StateProblem.
    """
    accounts = Accounts(folder)
    accounts.users()  # a file that can't be used is told of now, not to the first who comes
    sessions = Sessions(folder, accounts, clock, tell)
    log = AccessLog(folder, clock, tell)
    attempts = Attempts(monotonic)
    sign_in = SignIn(accounts, sessions, attempts, log, monotonic, behind_proxy=behind_proxy)
    return Gate(
        sessions,
        sign_in,
        log,
        answer=answer,
        static=static,
        tell=tell,
        live=live,
        site_language=site_language,
        behind_proxy=behind_proxy,
    )


def _without_secrets(scope: Scope) -> Scope:
    """The request without what says who asks: pages can't give away what they don't know.

    Nor does it say what the browser has kept: it was told to keep nothing.
    """
    headers = [(n, v) for n, v in strip_identity(scope["headers"]) if n.lower() not in _CONDITIONS]
    return {**scope, "headers": headers}


def _guarded(scope: Scope, message: Message) -> Message:
    if message["type"] == "http.response.start":
        return {**message, "headers": from_inside(message.get("headers", []))}
    if scope["method"] == "HEAD" and message["type"] == "http.response.body":
        return {**message, "body": b""}
    return message


async def _live(scope: Scope, receive: Any, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _close(receive: Any, send: Send) -> None:
    """Turn a websocket away before it is one."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})
