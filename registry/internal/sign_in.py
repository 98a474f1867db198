"""Signing in by the forms of the sign-in page, and signing out."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from registry.internal.access_log import AccessLog
from registry.internal.accounts import Accounts, User, normalised_name
from registry.internal.cookies import Cookies
from registry.internal.devices import COOKIE as DEVICE_COOKIE
from registry.internal.devices import MAX_AGE, Devices
from registry.internal.errors import InvalidUserName, PrivateFileError
from registry.internal.http import (
    Response,
    error_response,
    header,
    is_same_origin,
    local_address,
    read_form,
    redirect,
)
from registry.internal.passwords import (
    PasswordChecker,
    PasswordQueueFull,
    hash_password,
    is_outdated,
)
from registry.internal.proxies import client_address
from registry.internal.second_factor import step_of_code, without_recovery_code
from registry.internal.secret import signer
from registry.internal.sessions import COOKIE, Session, Sessions
from registry.internal.sign_in_page import SignInPage
from registry.internal.throttle import CODE_LIMIT, AttemptCounter, Throttle
from registry.internal.turns import Turns
from registry.locale import N_, Language, _
from registry.site.language_choice import PARAMETER

PATH: Final = "/-/sign-in"

_UNKNOWN: Final = "(unknown)"
"""Logged instead of a name that is no user's: it may be a password in the wrong field."""

_STEP_SECONDS: Final = 300
"""How long the code of a second factor may follow the password."""
_RETRY_WHEN_BUSY: Final = 5  # seconds
_RETRY_WHEN_CROWDED: Final = 30  # seconds
_THROTTLE_LOG_INTERVAL: Final = 10.0  # seconds between log entries on throttled attempts
_WRONG: Final = N_("User name or password is wrong.")
_WRONG_CODE: Final = N_("The code is wrong, or was used before.")
_AGAIN: Final = N_("That took too long. Please sign in again.")
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

    `secret`: signs what leads from the password to the code. `clock`: seconds, as time.time;
    `monotonic`: seconds that never go back.
    """

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        throttle: Throttle,
        access_log: AccessLog,
        cookies: Cookies,
        checker: PasswordChecker,
        *,
        secret: bytes,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._throttle = throttle
        self._turns = Turns()
        self._codes = AttemptCounter(monotonic, CODE_LIMIT)
        self._access_log = access_log
        self._cookies = cookies
        self._checker = checker
        self._devices = Devices(secret)
        self._secret = secret
        self._steps = signer(secret, "second-step")
        self._clock = clock
        self._monotonic = monotonic
        self._throttle_logged_at: float | None = None
        self._page = SignInPage()

    def page(self, scope: Mapping[str, Any]) -> Response:
        """The empty form."""
        return self._page.render(scope, 200, next_address(scope))

    async def sign_in(self, scope: Mapping[str, Any], receive: Any) -> Response:
        """Begin a session if the form holds name and password of a user, or then the code of the
        second factor; else the page again.

        Raises InvalidForm, ClientDisconnected, and PrivateFileError where nobody can sign in.
        """
        if not is_same_origin(scope):
            # Also so that nobody is signed in as somebody else without noticing.
            return self._page.render(scope, 403, problem=_(_ELSEWHERE))
        form = await read_form(scope, receive)
        if "step" in form:
            return await self._check_code(scope, form)
        return await self._check_password(scope, form)

    async def _check_password(self, scope: Mapping[str, Any], form: Mapping[str, str]) -> Response:
        name, password = form.get("name", ""), form.get("password", "")
        try:
            name = normalised_name(name)
        except InvalidUserName:  # no user's, and checked like one
            name = name[:64]
        user = self._accounts.get(name)
        known = user.name if user else _UNKNOWN
        device = self._device(scope, name)
        attempt = self._throttle.begin(name, client_address(scope), device)
        if isinstance(attempt, int):
            return self._refuse_for_now(scope, form, known, attempt)
        if self._throttle.takes_turns(attempt) and not await self._turns.take(
            name, attempt.network
        ):
            self._throttle.cancel(attempt)
            return self._refuse_for_now(scope, form, known, _RETRY_WHEN_CROWDED)
        try:
            hashed = user.password_hash if user else None
            matches = await self._checker.matches(
                password, hashed, first=attempt.device is not None
            )
        except PasswordQueueFull:
            self._throttle.cancel(attempt)
            return self._busy(scope, form)
        if user is None or not matches:
            self._log_refusal(scope, known)
            return self._again(scope, 401, form, _(_WRONG))
        self._throttle.succeed(attempt)
        if is_outdated(user.password_hash):
            user = await self._with_new_hash(user, password)
        if user.second_factor is None:
            return self._begin(scope, form, user)
        step = self._steps.dumps([user.name, self._mark_of(user)])
        return self._again(scope, 200, form, step=_text(step))

    async def _with_new_hash(self, user: User, password: str) -> User:
        """The user with a hash of the same password as it is made today, where there is time."""
        try:
            hashed = await self._checker.run(lambda: hash_password(password))
            changed = user.model_copy(update={"password_hash": hashed})
            if self._accounts.replace(user, changed):
                self._sessions.keep(user, changed)
                return changed
        except (PasswordQueueFull, PrivateFileError):
            pass  # at another sign-in
        return user

    async def _check_code(self, scope: Mapping[str, Any], form: Mapping[str, str]) -> Response:
        user = self._user_of_step(form["step"])
        if user is None or user.second_factor is None:
            return self._again(scope, 401, form, _(_AGAIN))
        key = (user.name, self._device(scope, user.name))
        if seconds := self._codes.begin(key):
            return self._refuse_for_now(scope, form, user.name, seconds, step=form["step"])
        try:
            is_right = await self.takes_code(user, form.get("code", ""))
        except PasswordQueueFull:
            self._codes.cancel(key)
            return self._busy(scope, form, form["step"])
        if not is_right:
            self._log_refusal(scope, user.name, done="second factor")
            return self._again(scope, 401, form, _(_WRONG_CODE), form["step"])
        self._codes.succeed(key)
        now = self._accounts.get(user.name) or user
        used = "code" if now.second_factor == user.second_factor else "recovery code"
        return self._begin(scope, form, now, used)

    async def takes_code(self, user: User, code: str) -> bool:
        """Whether a code of the user's second factor, or a recovery code, is right; it is used up.

        Raises PasswordQueueFull and PrivateFileError.
        """
        factor = user.second_factor
        if factor is None:
            return False
        step = step_of_code(factor.secret, code, self._clock())
        if step is not None:
            return self._sessions.use_code(user.name, step)
        left = await self._checker.run(lambda: without_recovery_code(factor, code), first=True)
        if left is None:
            return False
        return self._accounts.replace(user, user.model_copy(update={"second_factor": left}))

    def _user_of_step(self, step: str) -> User | None:
        """Whose password was right a moment ago; None where that is long ago, or not our word."""
        from itsdangerous import BadData

        try:
            name, mark = self._steps.loads(step, max_age=_STEP_SECONDS)
        except (BadData, UnicodeEncodeError):
            return None
        user = self._accounts.get(name)
        return user if user is not None and mark == self._mark_of(user) else None

    def _mark_of(self, user: User) -> str:
        """Changes with the password, and discloses nothing of its hash."""
        return hmac.new(self._secret, user.password_hash.encode(), hashlib.sha256).hexdigest()

    def _begin(
        self,
        scope: Mapping[str, Any],
        form: Mapping[str, str],
        user: User,
        used: str | None = None,
    ) -> Response:
        """Begin a session. `used`: what the second factor took, as the access log says it."""
        for value in self._cookies.values(scope, COOKIE):  # the browser has no use for it any more
            if old := self._sessions.find(value):
                self._sessions.end(old)
        if form.get("end"):
            self._sessions.end_of(user.name)
        value = self._sessions.begin(user, client_address(scope), header(scope, b"user-agent"))
        device = self._devices.remember(user.name, self._cookies.values(scope, DEVICE_COOKIE))
        self._access_log.write(
            "sign-in",
            user=user.name,
            audience=user.audience,
            address=client_address(scope),
            done=used,
            status=303,
        )
        return redirect(
            local_address(form.get("next", "/")),
            # Without Max-Age: several people may use one machine.
            self._cookies.set(COOKIE, value),
            self._cookies.set(DEVICE_COOKIE, device, MAX_AGE),
        )

    def sign_out(self, scope: Mapping[str, Any], session: Session | None) -> Response:
        """End the session, if there is one, and lead to the sign-in page."""
        if not is_same_origin(scope):
            return error_response(403, scope)
        if session is not None:
            self._sessions.end(session)
            user = session.user
            self._access_log.write(
                "sign-out", user=user.name, audience=user.audience, address=client_address(scope)
            )
        return redirect(PATH, self._cookies.drop(COOKIE))

    def _device(self, scope: Mapping[str, Any], name: str) -> str | None:
        return self._devices.known_to(name, self._cookies.values(scope, DEVICE_COOKIE))

    # The page again.

    def _again(
        self,
        scope: Mapping[str, Any],
        status: int,
        form: Mapping[str, str],
        problem: str = "",
        step: str = "",
        seconds: int = 0,
    ) -> Response:
        return self._page.render(
            scope,
            status,
            form.get("next", "/"),
            name=form.get("name", "")[:64],
            problem=problem,
            seconds=seconds,
            step=step,
            ends_others=bool(form.get("end")),
        )

    def _busy(self, scope: Mapping[str, Any], form: Mapping[str, str], step: str = "") -> Response:
        text = _(_BUSY).format(n=_RETRY_WHEN_BUSY)
        return self._again(scope, 503, form, text, step, _RETRY_WHEN_BUSY)

    def _refuse_for_now(
        self,
        scope: Mapping[str, Any],
        form: Mapping[str, str],
        known: str,
        seconds: int,
        step: str = "",
    ) -> Response:
        """Log some of the refused attempts: all of a flood would push other entries out."""
        moment = self._monotonic()
        if (
            self._throttle_logged_at is None
            or moment - self._throttle_logged_at >= _THROTTLE_LOG_INTERVAL
        ):
            self._throttle_logged_at = moment
            self._log_refusal(scope, known, 429)
        return self._again(scope, 429, form, _(_WAIT).format(n=seconds), step, seconds)

    def _log_refusal(
        self,
        scope: Mapping[str, Any],
        known: str,
        status: int = 401,
        done: str | None = None,
    ) -> None:
        address = client_address(scope)
        self._access_log.write(
            "sign-in-refused", user=known, address=address, status=status, done=done
        )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("ascii")
