"""The sign-in page, and what happens when its form is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, FileSystemLoader

from registry.internal.access_log import AccessLog
from registry.internal.accounts import Accounts, plain_name
from registry.internal.errors import InvalidUserName
from registry.internal.passwords import Checker, Overloaded
from registry.internal.replies import Reply, error, redirect
from registry.internal.requests import address_of, is_same_origin, local, read_form
from registry.internal.sessions import COOKIE, HOURS, Session, Sessions
from registry.internal.throttle import Attempts
from registry.locale import N_, Language, _, language
from registry.site.language_choice import (
    PARAMETER,
    language_headers,
    other_language,
    without_choice,
)

PATH: Final = "/-/sign-in"

_UNKNOWN: Final = "(unknown)"
"""Stands in the log for a name that is no user's: it may be a password in the wrong field."""

_SECONDS_BUSY: Final = 5
_EVERY: Final = 10.0  # seconds between lines of the log that say that somebody has to wait
_WRONG: Final = N_("User name or password is wrong.")
_WAIT: Final = N_("Too many attempts. Try again in {n} seconds.")
_BUSY: Final = N_("Many are signing in just now. Try again in {n} seconds.")
_ELSEWHERE: Final = N_("This form was not sent by this page. Please sign in here.")


def leading_to(after: str, chosen: Language | None) -> str:
    """The address of the sign-in page that leads on to another, in a language that was chosen."""
    told = {} if after == "/" else {"next": after}
    if chosen:
        told[PARAMETER] = chosen
    return f"{PATH}?{urlencode(told)}" if told else PATH


def after_sign_in(scope: Mapping[str, Any]) -> str:
    """Where the address of a sign-in page leads on to: on this site, whatever it says."""
    fields = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return local(fields.get("next", ["/"])[0])


class SignIn:
    """Shows the page, and takes its form.

    `clock`: seconds that never go back, as time.monotonic.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        attempts: Attempts,
        log: AccessLog,
        clock: Callable[[], float],
        *,
        behind_proxy: bool = False,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._attempts = attempts
        self._log = log
        self._clock = clock
        self._behind_proxy = behind_proxy
        self._checker = Checker()
        self._noted: float | None = None
        folder = Path(__file__).with_name("templates")
        environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
        self._template = environment.get_template("sign_in.html")

    def close(self) -> None:
        """Let go of what it holds."""
        self._checker.close()

    def page(self, scope: Mapping[str, Any]) -> Reply:
        """The empty form."""
        return self._page(scope, 200, after_sign_in(scope))

    async def take(self, scope: Mapping[str, Any], receive: Any) -> Reply:
        """Answer the form. Raises BadForm, Gone, and PrivateFileError if nobody can sign in."""
        if not is_same_origin(scope):
            # Also so that nobody is signed in as somebody else without noticing.
            return self._page(scope, 403, problem=_(_ELSEWHERE))
        form = await read_form(scope, receive)
        after = local(form.get("next", "/"))
        name, password = form.get("name", ""), form.get("password", "")
        try:
            name = plain_name(name)
        except InvalidUserName:  # nobody's, then; checked like any other
            name = name[:64]
        address = address_of(scope, self._behind_proxy)
        user = self._accounts.get(name)
        known = user.name if user else _UNKNOWN
        seconds = self._attempts.begin(name, address)
        if seconds:
            self._note_wait(known, address)
            return self._page(scope, 429, after, name, _(_WAIT).format(n=seconds), seconds)
        try:
            right = await self._checker.matches(password, user.password_hash if user else None)
        except Overloaded:
            self._attempts.take_back(name, address)
            text = _(_BUSY).format(n=_SECONDS_BUSY)
            return self._page(scope, 503, after, name, text, _SECONDS_BUSY)
        if user is None or not right:
            self._log.note("sign-in-refused", user=known, address=address, status=401)
            return self._page(scope, 401, after, name, _(_WRONG))
        self._attempts.succeeded(name, address)
        self._log.note(
            "sign-in", user=user.name, audience=user.audience, address=address, status=303
        )
        return redirect(after, self._cookie(self._sessions.begin(user)))

    def leave(self, scope: Mapping[str, Any], session: Session | None) -> Reply:
        """Sign out. Who is not signed in is led to the same page."""
        if not is_same_origin(scope):
            return error(403, scope)
        if session is not None:
            self._sessions.end(session)
            user = session.user
            address = address_of(scope, self._behind_proxy)
            self._log.note("sign-out", user=user.name, audience=user.audience, address=address)
        return redirect(PATH, self._cookie(None))

    def _cookie(self, value: str | None) -> tuple[bytes, bytes]:
        # Lax: a link in a mail or document leads to its page, not to the sign-in. What changes
        # anything is a form, and of these only our own are taken. Without an age: it goes with the
        # browser's window, on a machine that several people use.
        text = f"{COOKIE}={value or ''}; HttpOnly; Path=/; SameSite=Lax"
        text += "" if value else "; Max-Age=0"
        text += "; Secure" if self._behind_proxy else ""
        return b"set-cookie", text.encode("ascii")

    def _note_wait(self, known: str, address: str) -> None:
        """Not each: a flood would push everything else out of the log."""
        moment = self._clock()
        if self._noted is None or moment - self._noted >= _EVERY:
            self._noted = moment
            self._log.note("sign-in-refused", user=known, address=address, status=429)

    def _page(
        self,
        scope: Mapping[str, Any],
        status: int,
        after: str = "/",
        name: str = "",
        problem: str = "",
        seconds: int = 0,
    ) -> Reply:
        after = local(after)
        # What the link to the other language is made of, also where the form was sent.
        without_choice(b"" if after == "/" else urlencode({"next": after}).encode("ascii"))
        body = self._template.render(
            _=_,
            title=_("Supervision of powers delegated in Liaocheng"),
            page_language="zh-CN" if language() == "zh" else "en",
            other=other_language(),
            next=after,
            name=name,
            problem=problem,
            hours=HOURS,
        ).encode("utf-8", "replace")
        kind = b"text/html; charset=utf-8"
        start = {"status": status, "headers": [(b"content-type", kind)]}
        headers = language_headers(language(), scope, start)
        if seconds:
            headers.append((b"retry-after", str(seconds).encode("ascii")))
        return Reply(status, body, kind, headers)
