"""The sign-in page, signing in by its form, and signing out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, FileSystemLoader

from registry.internal.access_log import AccessLog
from registry.internal.accounts import Accounts, normalised_name
from registry.internal.errors import InvalidUserName
from registry.internal.http import (
    Response,
    client_address,
    error_response,
    is_same_origin,
    local_address,
    read_form,
    redirect,
)
from registry.internal.passwords import PasswordChecker, PasswordQueueFull
from registry.internal.sessions import COOKIE, LIFETIME_HOURS, Session, Sessions
from registry.internal.throttle import Throttle
from registry.locale import N_, Language, _, language
from registry.site.language_choice import (
    PARAMETER,
    language_headers,
    other_language,
    without_choice,
)

PATH: Final = "/-/sign-in"

_UNKNOWN: Final = "(unknown)"
"""Logged instead of a name that is no user's: it may be a password in the wrong field."""

_RETRY_WHEN_BUSY: Final = 5  # seconds
_THROTTLE_LOG_INTERVAL: Final = 10.0  # seconds between log entries on throttled attempts
_WRONG: Final = N_("User name or password is wrong.")
_WAIT: Final = N_("Too many attempts. Try again in {n} seconds.")
_BUSY: Final = N_("Many are signing in just now. Try again in {n} seconds.")
_ELSEWHERE: Final = N_("This form was not sent by this page. Please sign in here.")


def sign_in_address(after: str, chosen: Language | None) -> str:
    """The address of the sign-in page that leads on to `after`, in a chosen language, if any."""
    parameters = {} if after == "/" else {"next": after}
    if chosen:
        parameters[PARAMETER] = chosen
    return f"{PATH}?{urlencode(parameters)}" if parameters else PATH


def next_address(scope: Mapping[str, Any]) -> str:
    """The address on this site to which a request of the sign-in page leads on."""
    fields = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return local_address(fields.get("next", ["/"])[0])


class SignIn:
    """Answers requests to sign in and out.

    `clock`: seconds that never go back, as time.monotonic. `behind_proxy`: whether a proxy with TLS
    stands before the server, and says whose address the client's is.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        throttle: Throttle,
        access_log: AccessLog,
        clock: Callable[[], float],
        *,
        behind_proxy: bool = False,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._throttle = throttle
        self._access_log = access_log
        self._clock = clock
        self._behind_proxy = behind_proxy
        self._checker = PasswordChecker()
        self._throttle_logged_at: float | None = None
        folder = Path(__file__).with_name("templates")
        environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
        self._template = environment.get_template("sign_in.html")

    def close(self) -> None:
        """End the threads."""
        self._checker.close()

    def page(self, scope: Mapping[str, Any]) -> Response:
        """The empty form."""
        return self._page(scope, 200, next_address(scope))

    async def sign_in(self, scope: Mapping[str, Any], receive: Any) -> Response:
        """Begin a session if the form holds name and password of a user; else the page again.

        Raises InvalidForm, ClientDisconnected, and PrivateFileError where nobody can sign in.
        """
        if not is_same_origin(scope):
            # Also so that nobody is signed in as somebody else without noticing.
            return self._page(scope, 403, problem=_(_ELSEWHERE))
        form = await read_form(scope, receive)
        after = local_address(form.get("next", "/"))
        name, password = form.get("name", ""), form.get("password", "")
        try:
            name = normalised_name(name)
        except InvalidUserName:  # no user's, and checked like one
            name = name[:64]
        address = client_address(scope, self._behind_proxy)
        user = self._accounts.get(name)
        known = user.name if user else _UNKNOWN
        seconds = self._throttle.begin(name, address)
        if seconds:
            self._log_throttled(known, address)
            return self._page(scope, 429, after, name, _(_WAIT).format(n=seconds), seconds)
        try:
            matches = await self._checker.matches(password, user.password_hash if user else None)
        except PasswordQueueFull:
            self._throttle.cancel(name, address)
            text = _(_BUSY).format(n=_RETRY_WHEN_BUSY)
            return self._page(scope, 503, after, name, text, _RETRY_WHEN_BUSY)
        if user is None or not matches:
            self._access_log.write("sign-in-refused", user=known, address=address, status=401)
            return self._page(scope, 401, after, name, _(_WRONG))
        self._throttle.succeed(name, address)
        self._access_log.write(
            "sign-in", user=user.name, audience=user.audience, address=address, status=303
        )
        return redirect(after, self._cookie(self._sessions.begin(user)))

    def sign_out(self, scope: Mapping[str, Any], session: Session | None) -> Response:
        """End the session, if there is one, and lead to the sign-in page."""
        if not is_same_origin(scope):
            return error_response(403, scope)
        if session is not None:
            self._sessions.end(session)
            user = session.user
            address = client_address(scope, self._behind_proxy)
            self._access_log.write(
                "sign-out", user=user.name, audience=user.audience, address=address
            )
        return redirect(PATH, self._cookie(None))

    def _cookie(self, value: str | None) -> tuple[bytes, bytes]:
        # Lax: a link in a mail or document leads to its page, not to the sign-in. Only forms change
        # anything, and other sites' forms are refused. Without Max-Age: the browser forgets it when
        # it is closed, as several people may use one machine.
        text = f"{COOKIE}={value or ''}; HttpOnly; Path=/; SameSite=Lax"
        text += "" if value else "; Max-Age=0"
        text += "; Secure" if self._behind_proxy else ""
        return b"set-cookie", text.encode("ascii")

    def _log_throttled(self, known: str, address: str) -> None:
        """Log some of the throttled attempts: all of a flood would push other entries out."""
        moment = self._clock()
        if (
            self._throttle_logged_at is None
            or moment - self._throttle_logged_at >= _THROTTLE_LOG_INTERVAL
        ):
            self._throttle_logged_at = moment
            self._access_log.write("sign-in-refused", user=known, address=address, status=429)

    def _page(
        self,
        scope: Mapping[str, Any],
        status: int,
        after: str = "/",
        name: str = "",
        problem: str = "",
        seconds: int = 0,
    ) -> Response:
        after = local_address(after)
        # The link to the other language is made of this, also on the page that answers a form.
        without_choice(b"" if after == "/" else urlencode({"next": after}).encode("ascii"))
        body = self._template.render(
            _=_,
            title=_("Supervision of delegated powers"),
            page_language="zh-CN" if language() == "zh" else "en",
            other=other_language(),
            next=after,
            name=name,
            problem=problem,
            hours=LIFETIME_HOURS,
        ).encode("utf-8", "replace")
        content_type = b"text/html; charset=utf-8"
        start = {"status": status, "headers": [(b"content-type", content_type)]}
        headers = language_headers(language(), scope, start)
        if seconds:
            headers.append((b"retry-after", str(seconds).encode("ascii")))
        return Response(status, body, content_type, headers)
