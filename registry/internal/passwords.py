"""Passwords: which are allowed, and hashing in threads, so that the server goes on answering.

Importing this does not import datasette_auth_passwords, which brings the whole of Datasette.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from registry.errors import RegistryError
from registry.locale import _
from registry.text import nfkc, nfkc_casefold

MIN_LENGTH: Final = 10
HASH_PATTERN: Final = r"^pbkdf2_sha256\$[1-9][0-9]{4,6}\$[0-9A-Za-z]+\$[A-Za-z0-9+/]+=*$"
"""Matches what `hash_password` returns, with 10,000 to 10 million rounds: fewer don't protect, and
more would let one sign-in block a thread for long."""

_DUMMY_HASH: Final = (
    "pbkdf2_sha256$480000$00000000000000000000000000000000"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)
"""A hash that no password has. It is checked for unknown names, which so take as long as others."""


class PasswordQueueFull(Exception):
    """Too many passwords wait to be checked."""


def validate_new_password(name: str, password: str) -> None:
    """Raises RegistryError for a password that the user `name` may not choose."""
    if len(nfkc(password).strip()) < MIN_LENGTH:
        text = _("the password is too short: {n} characters at the least.")
        raise RegistryError(text.format(n=MIN_LENGTH))
    if nfkc_casefold(password) == nfkc_casefold(name):
        raise RegistryError(_("the password must not be the user's name."))


def hash_password(password: str) -> str:
    """The hash of a password, as it is stored; takes a good part of a second."""
    from datasette_auth_passwords import utils

    return str(utils.hash_password(nfkc(password)))


def password_matches(password: str, hashed: str | None) -> bool:
    """Whether `hashed` is the hash of the password. Never for None, which takes as long."""
    from datasette_auth_passwords.utils import verify_password

    try:
        matches = bool(verify_password(nfkc(password), hashed or _DUMMY_HASH))
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return matches and hashed is not None


class PasswordChecker:
    """Checks passwords in a few threads of its own, so that a flood does not block pages."""

    def __init__(self, threads: int = 2, max_waiting: int = 40) -> None:
        self._pool = ThreadPoolExecutor(threads, "password")
        self._max_pending = threads + max_waiting
        self._pending = 0

    async def matches(self, password: str, hashed: str | None) -> bool:
        """As `password_matches`, without blocking. Raises PasswordQueueFull."""
        if self._pending >= self._max_pending:
            raise PasswordQueueFull
        self._pending += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, password_matches, password, hashed)
        finally:
            self._pending -= 1

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
