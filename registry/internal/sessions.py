"""Sessions: a signed cookie holds the user's name and when the session began.

Only sessions that were revoked by sign-out are stored, in a file, until they would have expired.
One process serves a state folder: what another process revokes is seen at the next start.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from registry.internal.accounts import Accounts, User
from registry.internal.errors import PrivateFileError
from registry.internal.private_files import create_private, read_private, write_private
from registry.locale import _

COOKIE: Final = "registry_session"
LIFETIME_HOURS: Final = 8
_LIFETIME: Final = LIFETIME_HOURS * 60 * 60  # seconds
_MAX_CLOCK_SKEW: Final = 60  # seconds by which the clock may have been set back
_SECRET: Final = "secret"
_REVOKED: Final = "revoked.json"
_SECRET_BYTES: Final = 32
_MAX_COOKIE_LENGTH: Final = 2_048


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in user. `nonce` names the session; `began`: by the clock, in seconds."""

    user: User
    nonce: str
    began: float


class Sessions:
    """Begins, finds and ends sessions. `clock`: seconds, as time.time.

    `notify` is called with messages for the operator. Raises PrivateFileError where secret or
    revoked sessions can't be read.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Accounts,
        clock: Callable[[], float],
        notify: Callable[[str], None],
    ) -> None:
        from itsdangerous import URLSafeSerializer

        self._accounts = accounts
        self._clock = clock
        self._notify = notify
        self._secret = _read_or_create_secret(folder / _SECRET)
        self._signer = URLSafeSerializer(
            self._secret,
            salt="registry.session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        self._path = folder / _REVOKED
        self._revoked = _read_revoked(self._path)

    def begin(self, user: User) -> str:
        """Begin a session; the value of its cookie."""
        nonce = secrets.token_urlsafe(16)
        payload = [user.name, self._fingerprint(user), nonce, int(self._clock())]
        value = self._signer.dumps(payload)
        return value if isinstance(value, str) else value.decode("ascii")

    def find(self, value: str) -> Session | None:
        """The session that a cookie's value names.

        None where the value is forged, or the session has expired, was revoked, or is older than
        the last change of the user.

        Raises PrivateFileError where the users' file can't be used.
        """
        payload = self._payload(value)
        if payload is None:
            return None
        name, fingerprint, nonce, began = payload
        if not -_MAX_CLOCK_SKEW <= self._clock() - began < _LIFETIME or nonce in self._revoked:
            return None
        user = self._accounts.users().get(name)
        if user is None or not hmac.compare_digest(fingerprint, self._fingerprint(user)):
            return None
        return Session(user, nonce, began)

    def end(self, session: Session) -> None:
        """Revoke a session."""
        self._revoked[session.nonce] = session.began + _LIFETIME
        expired = self._clock() - _MAX_CLOCK_SKEW
        self._revoked = {nonce: end for nonce, end in self._revoked.items() if end > expired}
        try:
            write_private(self._path, json.dumps(self._revoked).encode("ascii"))
        except PrivateFileError as error:  # revoked until the next start only
            self._notify(str(error))

    def _payload(self, value: str) -> tuple[str, str, str, float] | None:
        from itsdangerous import BadData

        if len(value) > _MAX_COOKIE_LENGTH or not value.isascii():
            return None
        try:
            payload: Any = self._signer.loads(value)
        except BadData:
            return None
        match payload:
            case [str(name), str(fingerprint), str(nonce), int(began)]:
                return name, fingerprint, nonce, began
        return None

    def _fingerprint(self, user: User) -> str:
        """Changes with the password and everything else about the user, which so ends sessions.

        Keyed, so that a cookie discloses nothing of the hash.
        """
        content = user.model_dump_json().encode("utf-8")
        return hmac.new(self._secret, content, hashlib.sha256).hexdigest()[:32]


def _read_or_create_secret(path: Path) -> bytes:
    if read_private(path) is None:
        create_private(path, f"{secrets.token_hex(_SECRET_BYTES)}\n".encode("ascii"))
    found = read_private(path)  # as it is now: another process may have been quicker
    secret = found[0].strip() if found else b""
    if len(secret) < 2 * _SECRET_BYTES:
        raise PrivateFileError(
            _("{path} is no signing secret").format(path=path),
            _("Remove it: the next start makes another, and everybody signs in again."),
        )
    return secret


def _read_revoked(path: Path) -> dict[str, float]:
    found = read_private(path)
    if found is None:
        return {}
    try:
        ends = json.loads(found[0])
        return {str(nonce): float(end) for nonce, end in ends.items()}
    except (ValueError, TypeError, AttributeError) as error:
        text = _("{path} can't be read: {detail}.")
        raise PrivateFileError(text.format(path=path, detail=error)) from error
