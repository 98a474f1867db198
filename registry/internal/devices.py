"""Browsers on which somebody has signed in before. A signed cookie says so, for as long as a year.

It lets nobody in, and says nothing but that attempts from there are not strangers'.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from typing import Any, Final

from registry.internal.secret import signer

COOKIE: Final = "registry_device"
MAX_AGE: Final = 400 * 24 * 60 * 60
"""Seconds; browsers keep no cookie for longer."""
_MAX_USERS: Final = 8
"""Of one browser, which several people may use."""
_MAX_VALUE_LENGTH: Final = 2_048


class Devices:
    """Signs and reads the cookie, with the secret of a state folder."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._signer = signer(secret, "device")

    def known_to(self, name: str, values: Iterable[str]) -> str | None:
        """What tells the device from others, if the user of that name has signed in on it before.

        `values`: of the cookie, as the browser sent it.
        """
        key = self._key(name)
        return next((device for of, device in self._users(values) if of == key), None)

    def remember(self, name: str, values: Iterable[str]) -> str:
        """The new value of the cookie, after the user of that name has signed in."""
        key, known = self._key(name), dict(self._users(values))
        device = known.pop(key, None) or secrets.token_urlsafe(16)
        others = list(known.items())[: _MAX_USERS - 1]
        value = self._signer.dumps([[key, device], *others])
        return value if isinstance(value, str) else value.decode("ascii")

    def _users(self, values: Iterable[str]) -> Iterator[tuple[str, str]]:
        from itsdangerous import BadData

        for value in values:
            if len(value) > _MAX_VALUE_LENGTH or not value.isascii():
                continue
            try:
                found: Any = self._signer.loads(value, max_age=MAX_AGE)
            except BadData:
                continue
            yield from ((str(key), str(device)) for key, device in found)

    def _key(self, name: str) -> str:
        """Stands for the name, which nobody can read in the cookie."""
        return hmac.new(self._secret, f"device:{name}".encode(), hashlib.sha256).hexdigest()[:20]
