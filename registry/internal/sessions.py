"""Sessions: a signed cookie says who signed in and when; nothing else has to be remembered.

Only sessions that were ended by sign-out are kept in a file, until they would have ended anyway.
One process serves a state folder: what another revokes is seen at the next start.
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
from registry.internal.private_files import make_private, read_private, write_private
from registry.locale import _

COOKIE: Final = "registry_session"
HOURS: Final = 8
_LASTS: Final = HOURS * 60 * 60
_AHEAD: Final = 60  # seconds that the clock may have been set back by
_SECRET: Final = "secret"
_REVOKED: Final = "revoked.json"
_BYTES: Final = 32
_LONGEST: Final = 2_048


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    user: User
    nonce: str
    began: float


class Sessions:
    """Begins, recognises and ends sessions. `clock`: seconds, as time.time.

    `tell` is called with what an operator should read. Raises PrivateFileError.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Accounts,
        clock: Callable[[], float],
        tell: Callable[[str], None],
    ) -> None:
        from itsdangerous import URLSafeSerializer

        self._accounts = accounts
        self._clock = clock
        self._tell = tell
        self._secret = _secret(folder / _SECRET)
        self._signer = URLSafeSerializer(
            self._secret,
            salt="registry.session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        self._path = folder / _REVOKED
        self._revoked = _revoked(self._path)

    def begin(self, user: User) -> str:
        """The cookie's value for somebody whose password was right."""
        told = [user.name, self._fingerprint(user), secrets.token_urlsafe(16), int(self._clock())]
        value = self._signer.dumps(told)
        return value if isinstance(value, str) else value.decode("ascii")

    def find(self, value: str) -> Session | None:
        """Whose session it is; None for one that is altered, over, ended, or of another password.

        Raises PrivateFileError where the file of users can't be used.
        """
        told = self._read(value)
        if told is None:
            return None
        name, fingerprint, nonce, began = told
        if not -_AHEAD <= self._clock() - began < _LASTS or nonce in self._revoked:
            return None
        user = self._accounts.users().get(name)
        if user is None or not hmac.compare_digest(fingerprint, self._fingerprint(user)):
            return None
        return Session(user, nonce, began)

    def end(self, session: Session) -> None:
        """End it for good."""
        self._revoked[session.nonce] = session.began + _LASTS
        over = self._clock() - _AHEAD
        self._revoked = {nonce: end for nonce, end in self._revoked.items() if end > over}
        try:
            write_private(self._path, json.dumps(self._revoked).encode("ascii"))
        except PrivateFileError as problem:  # it has ended, until the next start
            self._tell(str(problem))

    def _read(self, value: str) -> tuple[str, str, str, float] | None:
        from itsdangerous import BadData

        if len(value) > _LONGEST or not value.isascii():
            return None
        try:
            told: Any = self._signer.loads(value)
        except BadData:
            return None
        match told:
            case [str(name), str(fingerprint), str(nonce), int(began)]:
                return name, fingerprint, nonce, began
        return None

    def _fingerprint(self, user: User) -> str:
        """Changes with the password, and with everything else about the user.

        Keyed, so that a cookie tells nothing of the hash.
        """
        told = user.model_dump_json().encode("utf-8")
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()[:32]


def _secret(path: Path) -> bytes:
    if read_private(path) is None:
        make_private(path, f"{secrets.token_hex(_BYTES)}\n".encode("ascii"))
    found = read_private(path)  # what there is now: another process may have been quicker
    secret = found[0].strip() if found else b""
    if len(secret) < 2 * _BYTES:
        raise PrivateFileError(
            _("{path} is no signing secret").format(path=path),
            _("Remove it: the next start makes another, and everybody signs in again."),
        )
    return secret


def _revoked(path: Path) -> dict[str, float]:
    found = read_private(path)
    if found is None:
        return {}
    try:
        told = json.loads(found[0])
        return {str(nonce): float(end) for nonce, end in told.items()}
    except (ValueError, TypeError, AttributeError) as error:
        text = _("{path} can't be read: {detail}.")
        raise PrivateFileError(text.format(path=path, detail=error)) from error
