"""What users do for their own account: change the password, end sessions, set up a second factor.

Forms are answered here, in front of the application; its page `/account` shows the view of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from registry.internal.access_log import AccessLog
from registry.internal.accounts import Accounts, SecondFactor, User
from registry.internal.cookies import Cookies
from registry.internal.http import Response, error_response, is_same_origin, read_form, redirect
from registry.internal.password_strength import PasswordProblem, password_problem
from registry.internal.passwords import PasswordChecker, PasswordQueueFull, hash_password
from registry.internal.proxies import client_address
from registry.internal.second_factor import (
    new_recovery_codes,
    new_secret,
    step_of_code,
    with_factor,
)
from registry.internal.sessions import COOKIE, Session, Sessions
from registry.internal.sign_in import SignIn
from registry.internal.throttle import CODE_LIMIT, AttemptCounter
from registry.locale import N_

PATH: Final = "/account"
_PENDING_SECONDS: Final = 15 * 60
_MAX_PENDING: Final = 1_000

DONE: Final[Mapping[str, str]] = {
    "password": N_("The password was changed. Your other sessions have ended."),
    "ended": N_("The session has ended."),
    "others-ended": N_("Your other sessions have ended."),
    "factor-on": N_("The second factor is on. Keep the recovery codes below: they are shown once."),
    "factor-off": N_("The second factor is off."),
    "codes": N_("Keep the new recovery codes below: they are shown once. The old ones are void."),
}
"""What the page says after a form was done."""

PROBLEMS: Final[Mapping[str, str]] = {
    "password": N_("The current password is wrong."),
    "differ": N_("The two new passwords differ."),
    "same": N_("The new password is the old one."),
    "code": N_("The code is wrong, or was used before."),
    "late": N_("That took too long. Begin anew."),
    "wait": N_("Too many attempts. Try again in some minutes."),
    "busy": N_("Many are signing in just now. Try again in a moment."),
    "changed": N_("Your account was changed elsewhere meanwhile. Try again."),
}
"""What was wrong with a form, besides the problems of `password_strength`."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """What the page shows. `pending`: the secret of a factor that is being set up; `codes`: new
    recovery codes, this once."""

    user: User
    current: Session
    sessions: list[Session]
    pending: str | None
    codes: list[str]


class _Failed(Exception):
    """A form that can't be done, and why: a key of PROBLEMS."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Account:
    """Answers the forms. `clock`: seconds, as time.time; `monotonic`: that never go back."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        sign_in: SignIn,
        access_log: AccessLog,
        cookies: Cookies,
        checker: PasswordChecker,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._sign_in = sign_in
        self._access_log = access_log
        self._cookies = cookies
        self._checker = checker
        self._clock = clock
        self._attempts = AttemptCounter(monotonic, CODE_LIMIT)
        self._pending: dict[int, tuple[float, str]] = {}
        self._codes: dict[int, tuple[float, list[str]]] = {}

    def close(self) -> None:
        """End the threads, which the sign-in shares."""
        self._checker.close()

    def view(self, session: Session) -> AccountView:
        """What the page shows to the user of a session. Raises PrivateFileError."""
        _at, codes = self._codes.pop(session.no, (0.0, []))
        sessions = self._sessions.of(session.user.name)
        return AccountView(session.user, session, sessions, self._pending_of(session), codes)

    async def answer(self, session: Session, scope: Mapping[str, Any], receive: Any) -> Response:
        """Do what a form says, and lead back to the page.

        Raises InvalidForm and ClientDisconnected, and PrivateFileError.
        """
        if not is_same_origin(scope):
            return error_response(403, scope)
        form = await read_form(scope, receive)
        actions: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {
            "password": self._change_password,
            "end": self._end,
            "end-others": self._end_others,
            "factor-begin": self._begin_factor,
            "factor-confirm": self._confirm_factor,
            "factor-drop": self._drop_pending,
            "factor-off": self._turn_factor_off,
            "codes": self._renew_codes,
        }
        action = actions.get(form.get("action", ""))
        if action is None:
            return error_response(400, scope)
        try:
            done, new_session = await action(session, form)
        except _Failed as failed:
            self._log(session, scope, f"{form['action']} refused: {failed.problem}")
            return _back(problem=failed.problem, at=_place_of(form["action"]))
        except PasswordQueueFull:
            return _back(problem="busy", at=_place_of(form["action"]))
        if done:
            self._log(session, scope, done)
        cookies = [self._cookies.set(COOKIE, new_session)] if new_session else []
        return _back(*cookies, done=done, at=_place_of(form["action"]))

    # Password.

    async def _change_password(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        user, new = session.user, form.get("new", "")
        if new != form.get("again", ""):
            raise _Failed("differ")
        problem: PasswordProblem | None = password_problem(new, user.own_words)
        if problem:
            raise _Failed(problem)
        await self._check_password(session, form)
        if new == form.get("current", ""):
            raise _Failed("same")
        hashed = await self._checker.run(lambda: hash_password(new), first=True)
        changed = user.model_copy(update={"password_hash": hashed, "changed_at": self._now()})
        self._replace(user, changed)
        # All sessions have ended by that. The user goes on in a new one.
        return "password", self._sessions.begin(changed, session.address, session.agent)

    async def _check_password(self, session: Session, form: Mapping[str, str]) -> None:
        """Raises _Failed, unless the form holds the user's password."""
        if self._attempts.begin(session.user.name):
            raise _Failed("wait")
        try:
            matches = await self._checker.matches(
                form.get("current", ""), session.user.password_hash, first=True
            )
        except PasswordQueueFull:
            self._attempts.cancel(session.user.name)
            raise
        if not matches:
            raise _Failed("password")
        self._attempts.succeed(session.user.name)

    # Sessions.

    async def _end(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        no = form.get("no", "")
        if no.isascii() and no.isdigit() and len(no) < 18 and int(no) != session.no:
            self._sessions.end_of(session.user.name, no=int(no))
        return "ended", ""

    async def _end_others(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        self._sessions.end_of(session.user.name, but=session)
        return "others-ended", ""

    # The second factor.

    async def _begin_factor(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        await self._check_password(session, form)
        moment = self._clock()
        if len(self._pending) >= _MAX_PENDING:
            self._pending.pop(next(iter(self._pending)))
        self._pending[session.no] = (moment, new_secret())
        return "", ""

    async def _confirm_factor(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        user, secret = session.user, self._pending_of(session)
        if secret is None or user.second_factor is not None:
            raise _Failed("late")
        if self._attempts.begin(user.name):
            raise _Failed("wait")
        step = step_of_code(secret, form.get("code", ""), self._clock())
        if step is None:
            raise _Failed("code")
        self._attempts.succeed(user.name)
        codes = new_recovery_codes()
        await self._store_factor(session, secret, codes)
        self._sessions.use_code(user.name, step)
        self._pending.pop(session.no, None)
        return "factor-on", ""

    async def _store_factor(self, session: Session, secret: str, codes: list[str]) -> None:
        """Store the factor; the user's other sessions end, as they began without it."""
        user, now = session.user, self._now()
        factor = await self._checker.run(lambda: with_factor(secret, now, codes), first=True)
        self._change_factor(session, factor)
        self._codes[session.no] = (self._clock(), codes)
        while len(self._codes) > _MAX_PENDING:
            self._codes.pop(next(iter(self._codes)))
        self._sessions.end_of(user.name, but=session)

    async def _drop_pending(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        self._pending.pop(session.no, None)
        return "", ""

    async def _turn_factor_off(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        await self._check_both(session, form)
        self._change_factor(session, None)
        return "factor-off", ""

    async def _renew_codes(self, session: Session, form: Mapping[str, str]) -> tuple[str, str]:
        user = await self._check_both(session, form)
        assert user.second_factor is not None
        await self._store_factor(session, user.second_factor.secret, new_recovery_codes())
        return "codes", ""

    async def _check_both(self, session: Session, form: Mapping[str, str]) -> User:
        """The user, as a recovery code may have left it. Raises _Failed, unless the form holds both
        the user's password and a code."""
        if session.user.second_factor is None:
            raise _Failed("changed")
        await self._check_password(session, form)
        if self._attempts.begin(session.user.name):
            raise _Failed("wait")
        if not await self._sign_in.takes_code(session.user, form.get("code", "")):
            raise _Failed("code")
        self._attempts.succeed(session.user.name)
        return session.user

    def _change_factor(self, session: Session, factor: SecondFactor | None) -> None:
        user = self._accounts.get(session.user.name)
        if user is None or user.password_hash != session.user.password_hash:
            raise _Failed("changed")
        changed = user.model_copy(update={"second_factor": factor})
        self._replace(user, changed)
        self._sessions.keep(user, changed, only=session)

    def _pending_of(self, session: Session) -> str | None:
        began, secret = self._pending.get(session.no, (0.0, ""))
        return secret if secret and self._clock() - began < _PENDING_SECONDS else None

    def _replace(self, user: User, changed: User) -> None:
        if not self._accounts.replace(user, changed):
            raise _Failed("changed")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock()).astimezone()

    def _log(self, session: Session, scope: Mapping[str, Any], done: str) -> None:
        user = session.user
        self._access_log.write(
            "account",
            user=user.name,
            audience=user.audience,
            address=client_address(scope),
            done=done,
        )


def _place_of(action: str) -> str:
    """The part of the page where the form stands."""
    return {"password": "password", "end": "sessions", "end-others": "sessions"}.get(
        action, "second-factor"
    )


def _back(*headers: Any, at: str, done: str = "", problem: str = "") -> Response:
    said = {name: text for name, text in (("done", done), ("problem", problem)) if text}
    query = f"?{urlencode({**said, 'at': at})}" if said else ""
    return redirect(f"{PATH}{query}#{at}", *headers)
