"""ASGI middleware: requests of signed-in users pass on; all others get the sign-in page or 401."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from registry.internal.access_log import (
    AccessLog,
    AccessLogError,
    Event,
    acting_user,
)
from registry.internal.account import PATH as ACCOUNT_PATH
from registry.internal.account import Account
from registry.internal.accounts import Accounts
from registry.internal.audience import AUDIENCE, OFFICE, Audience
from registry.internal.cookies import Cookies
from registry.internal.errors import PrivateFileError
from registry.internal.http import (
    ClientDisconnected,
    InvalidForm,
    Response,
    error_response,
    is_same_origin,
    raw_path,
    read_form,
    redirect,
    requested_address,
    secure_app_headers,
    wants_html,
)
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import MAX_UPLOAD_BYTES
from registry.internal.logged_answer import LoggedAnswer, event_of, query_without_sql, unlogged
from registry.internal.passwords import PasswordChecker
from registry.internal.proxies import Proxies, client_address, proxy_networks
from registry.internal.request_context import RequestContext, current_request
from registry.internal.saved_queries import PATH as QUERIES_PATH
from registry.internal.saved_queries import UNREADABLE, SavedQueries, answer_form
from registry.internal.secret import read_or_create_secret
from registry.internal.sessions import COOKIE, Session, Sessions
from registry.internal.sign_in import PATH, SignIn, next_address, sign_in_address
from registry.internal.state_lock import StateLock
from registry.internal.throttle import Throttle
from registry.internal.uploads import Form, read_submission
from registry.locale import Language
from registry.model.config import AccessLogConfig
from registry.site.asgi import App, Message, Scope, Send
from registry.site.headers import over_tls
from registry.site.language_choice import LanguageMiddleware, requested_language
from registry.site.request_filter import names_host, strip_identity

_SIGN_IN: Final = PATH.encode("ascii")
_SIGN_OUT: Final = b"/-/sign-out"
_QUERIES: Final = QUERIES_PATH.encode("ascii")
_ACCOUNT: Final = ACCOUNT_PATH.encode("ascii")
_ROBOTS: Final = b"/robots.txt"
_STATIC: Final = re.compile(rb"/(?:-/)?static/[A-Za-z0-9][A-Za-z0-9_.-]*")
_READ_METHODS: Final = ("GET", "HEAD")
_UPLOADS: Final = b"/answers"
_SUBMISSIONS: Final = re.compile(
    rb"/(?:answers(?:/[0-9]{1,9})?|answer/[0-9a-f]{1,64}|inbox/[0-9]{1,9})"
)
"""The addresses that take forms, besides the sign-in."""
_CONDITIONAL_HEADERS: Final = (b"if-none-match", b"if-modified-since", b"if-range")


class AuthMiddleware:
    """The ASGI application of the internal site, around `app`.

    `app` gets the requests of signed-in users, whose audience the scope names, and those for static
    files, which everybody may have. `notify` is called with messages for the operator.
    """

    def __init__(
        self,
        app: App,
        sessions: Sessions,
        sign_in: SignIn,
        access_log: AccessLog,
        inbox: Inbox,
        *,
        account: Account,
        cookies: Cookies,
        proxies: Proxies,
        lock: StateLock,
        queries: SavedQueries,
        notify: Callable[[str], None],
        site_language: Language = "zh",
    ) -> None:
        self._app = app
        self._account = account
        self._cookies = cookies
        self._proxies = proxies
        self._lock = lock
        self._sessions = sessions
        self._sign_in = sign_in
        self._access_log = access_log
        self._queries = queries
        self._inbox = inbox
        self._notify = notify
        self._site_language = site_language
        self._last_problem: str | None = None

    def close(self) -> None:
        """Close the log, end the threads, and let another server have the state folder; `app` is
        its opener's to close."""
        self._account.close()
        self._access_log.close()
        self._lock.release()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            scope = self._proxies.seen_through(scope)
            if self._proxies or scope.get("scheme") == "https":
                send = over_tls(send)
            await LanguageMiddleware(self._answer_http, self._site_language)(scope, receive, send)
        else:
            await _reject_websocket(receive, send)

    async def _answer_http(self, scope: Scope, receive: Any, send: Send) -> None:
        try:
            await self._respond(scope, receive, send)
        except InvalidForm as invalid:
            # The rest of the form is not read, so that nothing else can follow it.
            closing = (b"connection", b"close")
            await error_response(invalid.status, scope, closing).send(scope, send)
        except ClientDisconnected:
            pass

    async def _respond(self, scope: Scope, receive: Any, send: Send) -> None:
        if not names_host(scope):
            await error_response(400, scope).send(scope, send)
            return
        if _STATIC.fullmatch(raw_path(scope)) and scope["method"] in _READ_METHODS:
            await self._app(_inner_scope(scope, OFFICE), receive, _secured(scope, send))
            return
        try:
            found = await self._authorise(scope, receive)
        except AccessLogError as error:
            found = unlogged(error, scope)
        except PrivateFileError as error:
            # Users can't be told from strangers: then nobody gets in.
            self._notify_once(str(error))
            found = error_response(503, scope, (b"retry-after", b"60"))
        if isinstance(found, Response):
            await found.send(scope, send)
        else:
            await self._forward(found, scope, receive, send)

    async def _authorise(self, scope: Scope, receive: Any) -> Response | Session:
        """The session of the user whose request `app` shall answer; else the response to send.

        Raises PrivateFileError, InvalidForm, ClientDisconnected.
        """
        path, reads = raw_path(scope), scope["method"] in _READ_METHODS
        if path == _ROBOTS and reads:
            return Response(200, b"User-agent: *\nDisallow: /\n")
        if path == _SIGN_OUT:
            return await self._handle_sign_out(scope, receive)
        if path == _SIGN_IN and scope["method"] == "POST":
            return await self._sign_in.sign_in(scope, receive)
        session = self._session(scope)
        self._last_problem = None
        if path == _SIGN_IN:
            return self._sign_in_page(scope, session)
        if session is None:
            return _require_sign_in(scope)
        if path == _QUERIES and scope["method"] == "POST":
            return await self._change_queries(session, scope, receive)
        if path == _ACCOUNT and scope["method"] == "POST":
            return await self._answer_account(session, scope, receive)
        if reads or (scope["method"] == "POST" and _SUBMISSIONS.fullmatch(path)):
            return session
        return error_response(405, scope, (b"allow", b"GET, HEAD"))

    async def _answer_account(self, session: Session, scope: Scope, receive: Any) -> Response:
        self._access_log.check(session.user.name)
        token = acting_user.set(session.user.name)
        try:
            return await self._account.answer(session, scope, receive)
        finally:
            acting_user.reset(token)

    async def _change_queries(self, session: Session, scope: Scope, receive: Any) -> Response:
        user = session.user
        self._access_log.check(user.name)
        try:
            answer = await answer_form(self._queries, user.name, scope, receive)
        except PrivateFileError as error:
            self._notify_once(str(error))
            return redirect(UNREADABLE)
        request = RequestContext(user.name, user.audience)
        self._log_request("queries", request, scope, answer.status)
        return answer

    def _session(self, scope: Scope) -> Session | None:
        found = (self._sessions.find(value) for value in self._cookies.values(scope, COOKIE))
        return next((session for session in found if session), None)

    async def _handle_sign_out(self, scope: Scope, receive: Any) -> Response:
        if scope["method"] != "POST":
            return error_response(405, scope, (b"allow", b"POST"))
        await read_form(scope, receive)
        return self._sign_in.sign_out(scope, self._session(scope))

    def _sign_in_page(self, scope: Scope, session: Session | None) -> Response:
        if scope["method"] not in _READ_METHODS:
            return error_response(405, scope, (b"allow", b"GET, HEAD, POST"))
        return redirect(next_address(scope)) if session else self._sign_in.page(scope)

    async def _forward(self, session: Session, scope: Scope, receive: Any, send: Send) -> None:
        """Let `app` answer, and write to the access log what the request turned out to be."""
        user = session.user
        request = RequestContext(user.name, user.audience, queries=self._queries, inbox=self._inbox)
        request.account = partial(self._account.view, session)
        if scope["method"] == "POST":
            request.form, request.refused = await _read_form(scope, receive)
            # What answers finds the form in the context, and else is asked for a page.
            scope, receive = {**scope, "method": "GET"}, _nothing_more
        answer = LoggedAnswer(
            scope,
            _secured(scope, send, closes=request.refused is not None),
            lambda status: self._log_request(event_of(request, scope), request, scope, status),
        )
        token = current_request.set(request)
        try:
            self._access_log.check(user.name)
            await self._app(_inner_scope(scope, user.audience), receive, answer.send)
        except AccessLogError as error:
            await unlogged(error, scope).send(scope, send)
        except Exception:
            if not answer.begun:
                await error_response(500, scope).send(scope, answer.send)
            raise  # for the server to report
        finally:
            current_request.reset(token)

    def _log_request(
        self, event: Event, request: RequestContext, scope: Scope, status: int
    ) -> None:
        """Raises AccessLogError."""
        self._access_log.write(
            event,
            user=request.user,
            audience=request.audience,
            address=client_address(scope),
            path=raw_path(scope).decode("latin-1"),
            query=query_without_sql(scope),
            sql=request.sql,
            rows=request.rows,
            download=request.download,
            done=request.done,
            status=status,
        )

    def _notify_once(self, text: str) -> None:
        """Notify the operator, unless the same was the last problem."""
        if text != self._last_problem:
            self._last_problem = text
            self._notify(text)


def open_auth_middleware(
    app: App,
    folder: Path,
    *,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    notify: Callable[[str], None],
    site_language: Language = "zh",
    proxies: Sequence[str] = (),
    log_config: AccessLogConfig | None = None,
) -> AuthMiddleware:
    """The middleware around `app`, with the users, secret and access log of a state folder.

    `clock` and `monotonic`: seconds, as of the module time. `proxies`: addresses and networks of
    the proxies with TLS that stand before it; none: it is asked directly, on this machine. Raises
    PrivateFileError, also where another server uses the folder, and RegistryError.
    """
    trusted = Proxies(proxy_networks(proxies), notify)
    lock = StateLock(folder)
    try:
        access_log = AccessLog(folder, clock, notify, log_config)
        return _open(
            *(app, folder, clock, monotonic, notify, site_language, trusted, lock, access_log)
        )
    except BaseException:
        lock.release()
        raise


def _open(
    app: App,
    folder: Path,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    notify: Callable[[str], None],
    site_language: Language,
    proxies: Proxies,
    lock: StateLock,
    access_log: AccessLog,
) -> AuthMiddleware:
    accounts = Accounts(folder)
    accounts.users()  # a file that can't be used is an error now, not at the first sign-in
    sessions = Sessions(folder, accounts, clock, notify)
    throttle = Throttle(monotonic)
    cookies = Cookies(secure=bool(proxies))
    checker = PasswordChecker()
    sign_in = SignIn(
        *(accounts, sessions, throttle, access_log, cookies, checker),
        secret=read_or_create_secret(folder),
        clock=clock,
        monotonic=monotonic,
    )
    account = Account(
        *(accounts, sessions, sign_in, access_log, cookies, checker),
        clock=clock,
        monotonic=monotonic,
    )
    return AuthMiddleware(
        app,
        sessions,
        sign_in,
        access_log,
        Inbox(folder, clock),
        queries=SavedQueries(folder),
        notify=notify,
        site_language=site_language,
        account=account,
        cookies=cookies,
        proxies=proxies,
        lock=lock,
    )


def _require_sign_in(scope: Scope) -> Response:
    if not wants_html(scope):
        return error_response(401, scope)
    return redirect(sign_in_address(requested_address(scope), requested_language(scope)))


def _inner_scope(scope: Scope, audience: Audience) -> Scope:
    """The request for `app`: with its audience, and without credentials, which no page can leak.

    Nor does it hold conditions on what the browser has cached: it was told to cache nothing.
    """
    headers = [
        (name, value)
        for name, value in strip_identity(scope["headers"])
        if name.lower() not in _CONDITIONAL_HEADERS
    ]
    return {**scope, "headers": headers, AUDIENCE: audience}


async def _read_form(scope: Scope, receive: Any) -> tuple[Form | None, int | None]:
    """The form of a request, or the status with which it is refused. Raises ClientDisconnected."""
    if not is_same_origin(scope):
        return None, 403
    try:
        largest = MAX_UPLOAD_BYTES if raw_path(scope) == _UPLOADS else 0
        return await read_submission(scope, receive, largest), None
    except InvalidForm as invalid:
        return None, invalid.status


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _secured(scope: Scope, send: Send, *, closes: bool = False) -> Send:
    """`send` for `app`: with secure headers, and to HEAD without a body.

    `closes`: a form was not read whole, so that nothing else can follow it.
    """

    async def send_secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = secure_app_headers(message.get("headers", []))
            headers += [(b"connection", b"close")] if closes else []
            message = {**message, "headers": headers}
        elif scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_secured


async def _reject_websocket(receive: Any, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008})
