"""Sessions: a cookie holds a random value, and `sessions.db` whose it is and since when.

One process serves a state folder; commands end sessions in the same file meanwhile.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from registry.internal.accounts import Accounts, User
from registry.internal.errors import PrivateFileError
from registry.internal.private_database import PrivateDatabase
from registry.internal.private_files import ensure_folder

COOKIE: Final = "registry_session"
LIFETIME_HOURS: Final = 8
IDLE_MINUTES: Final = 60
MAX_SESSIONS: Final = 100
"""Of a user; beyond it the oldest ends."""

FILE_NAME: Final = "sessions.db"
APPLICATION_ID: Final = 0x52475353  # "RGSS"
_VERSIONS: Final = (Path(__file__).with_name("sessions.sql"),)
_LIFETIME: Final = LIFETIME_HOURS * 60 * 60  # seconds
_IDLE: Final = IDLE_MINUTES * 60  # seconds
_SEEN_PRECISION: Final = 60  # seconds
_MAX_CLOCK_SKEW: Final = 60  # seconds by which the clock may have been set back
_TOKEN_BYTES: Final = 32
_STEPS_AHEAD: Final = 20
"""A used step that is further ahead is of a time when the clock was wrong."""
_MAX_VALUE_LENGTH: Final = 128
_MAX_AGENT_LENGTH: Final = 300
_COLUMNS: Final = "no, user, fingerprint, began, seen, address, agent"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in user. `began`, `seen`: by the clock, in seconds; `seen` to the minute.

    `address`, `agent`: from where, and with which browser, by its own word.
    """

    user: User
    no: int
    began: float
    seen: float
    address: str
    agent: str


class Sessions:
    """Begins, finds and ends sessions. `clock`: seconds, as time.time.

    `notify` is called with messages for the operator. Every method raises PrivateFileError where
    the users' or the sessions' file can't be used, unless it says otherwise.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Accounts,
        clock: Callable[[], float],
        notify: Callable[[str], None],
    ) -> None:
        ensure_folder(folder)
        self._accounts = accounts
        self._clock = clock
        self._notify = notify
        self._database = PrivateDatabase(folder / FILE_NAME, APPLICATION_ID, _VERSIONS)
        self._ended: set[int] = set()
        (folder / "revoked.json").unlink(missing_ok=True)  # of versions before there was a database

    def begin(self, user: User, address: str = "", agent: str = "") -> str:
        """Begin a session; the value of its cookie."""
        value, moment = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        row = (_key(value), user.name, _fingerprint(user), moment, moment, address)
        with self._database.writing() as conn:
            conn.execute(
                "DELETE FROM session WHERE began <= ? OR seen <= ?",
                (moment - _LIFETIME, moment - _IDLE),
            )
            conn.execute(
                "DELETE FROM session WHERE user = ? AND no NOT IN"
                " (SELECT no FROM session WHERE user = ? ORDER BY no DESC LIMIT ?)",
                (user.name, user.name, MAX_SESSIONS - 1),
            )
            conn.execute(
                "INSERT INTO session VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (*row, _printable(agent)[:_MAX_AGENT_LENGTH]),
            )
        return value

    def find(self, value: str) -> Session | None:
        """The session that a cookie's value names, which is in use by that.

        None where there is none, or it has expired, was not used for long, was ended, or is older
        than the last change of the user.
        """
        if not 0 < len(value) <= _MAX_VALUE_LENGTH:
            return None
        with self._database.reading() as conn:
            row = conn.execute(
                f"SELECT {_COLUMNS} FROM session WHERE key = ?", (_key(value),)
            ).fetchone()
        session = self._session(row) if row is not None else None
        if row is not None and self._is_over(row[3], row[4]):
            self._forget(row[0])
        if session is not None and self._clock() - session.seen >= _SEEN_PRECISION:
            self._note_use(session)
        return session

    def of(self, name: str) -> list[Session]:
        """The sessions of a user, the latest first."""
        with self._database.reading() as conn:
            found = conn.execute(
                f"SELECT {_COLUMNS} FROM session WHERE user = ? ORDER BY no DESC", (name,)
            ).fetchall()
        return [session for row in found if (session := self._session(row)) is not None]

    def end(self, session: Session) -> None:
        """End a session. Where that can't be written, it lasts until the next start only; told to
        `notify`."""
        try:
            with self._database.writing() as conn:
                conn.execute("DELETE FROM session WHERE no = ?", (session.no,))
        except PrivateFileError as error:
            self._ended.add(session.no)
            self._notify(str(error))

    def end_of(self, name: str, *, no: int | None = None, but: Session | None = None) -> int:
        """End the sessions of a user, or the one of that number, `but` one; how many."""
        ended = [
            one
            for one in self.of(name)
            if (no is None or one.no == no) and (but is None or one.no != but.no)
        ]
        with self._database.writing() as conn:
            # Also what does not count just now, as the user was changed.
            conn.execute(
                "DELETE FROM session WHERE user = ? AND no = coalesce(?, no) AND no <> ?",
                (name, no, but.no if but is not None else 0),
            )
        return len(ended)

    def keep(self, old: User, new: User, only: Session | None = None) -> None:
        """Let the sessions of a user, or one of them, last although the user has changed."""
        with self._database.writing() as conn:
            conn.execute(
                "UPDATE session SET fingerprint = ? WHERE user = ? AND fingerprint = ?"
                " AND no = coalesce(?, no)",
                (_fingerprint(new), old.name, _fingerprint(old), only and only.no),
            )

    def use_code(self, name: str, step: int) -> bool:
        """Note that the code of a time step was used. False where it, or a later one, was."""
        with self._database.writing() as conn:
            done = conn.execute(
                "INSERT INTO used_code VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET step = excluded.step"
                "  WHERE excluded.step > step OR step > excluded.step + ?",
                (name, step, _STEPS_AHEAD),
            )
            return done.rowcount == 1

    def _session(self, row: tuple[Any, ...]) -> Session | None:
        no, name, fingerprint, began, seen, address, agent = row
        moment = self._clock()
        lasts = moment - began >= -_MAX_CLOCK_SKEW and not self._is_over(began, seen)
        user = self._accounts.users().get(name)
        if not lasts or no in self._ended or user is None or fingerprint != _fingerprint(user):
            return None
        return Session(user, no, began, seen, address, agent)

    def _is_over(self, began: float, seen: float) -> bool:
        moment = self._clock()
        return moment - began >= _LIFETIME or moment - seen >= _IDLE

    def _forget(self, no: int) -> None:
        """Have what is over stay over, even where the clock is set back."""
        with suppress(PrivateFileError), self._database.writing() as conn:
            conn.execute("DELETE FROM session WHERE no = ?", (no,))

    def _note_use(self, session: Session) -> None:
        try:
            with self._database.writing() as conn:
                conn.execute(
                    "UPDATE session SET seen = ? WHERE no = ?", (self._clock(), session.no)
                )
        except PrivateFileError as error:  # it ends early: no reason to end it now
            self._notify(str(error))


def _key(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _fingerprint(user: User) -> str:
    """Changes with the password and everything else about the user, which so ends sessions; not
    with recovery codes, which are used up."""
    secret = user.second_factor.secret if user.second_factor else ""
    content = user.model_dump_json(exclude={"second_factor"})
    return hashlib.sha256(f"{content}\n{secret}".encode()).hexdigest()


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
