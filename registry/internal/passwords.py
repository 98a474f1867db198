"""Passwords: what is asked of them, and hashing that leaves the server free to answer.

Importing this does not import datasette_auth_passwords, which brings the whole of Datasette.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from registry.errors import RegistryError
from registry.locale import _
from registry.text import nfkc, nfkc_casefold

SHORTEST: Final = 10
HASH_PATTERN: Final = r"^pbkdf2_sha256\$[1-9][0-9]{4,6}\$[0-9A-Za-z]+\$[A-Za-z0-9+/]+=*$"
"""What `hash_of` gives. Fewer rounds than 10,000 are no protection, more than 10 million a trap."""

_NOBODY: Final = (
    "pbkdf2_sha256$480000$00000000000000000000000000000000"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)
"""A hash that no password has, with as many rounds as others: unknown names take as long."""


class Overloaded(Exception):
    """More passwords wait to be checked than will be soon."""


def check_password(name: str, password: str) -> None:
    """Whether a password may be chosen. Raises RegistryError."""
    if len(nfkc(password).strip()) < SHORTEST:
        text = _("the password is too short: {n} characters at the least.")
        raise RegistryError(text.format(n=SHORTEST))
    if nfkc_casefold(password) == nfkc_casefold(name):
        raise RegistryError(_("the password must not be the user's name."))


def hash_of(password: str) -> str:
    """The hash under which a password is kept; takes a good part of a second."""
    from datasette_auth_passwords.utils import hash_password

    return str(hash_password(nfkc(password)))


def matches(password: str, hashed: str | None) -> bool:
    """Whether it is the password; None is the hash of nobody, and takes as long."""
    from datasette_auth_passwords.utils import verify_password

    try:
        right = bool(verify_password(nfkc(password), hashed or _NOBODY))
    except UnicodeEncodeError:  # half of a pair of surrogates is no text
        return False
    return right and hashed is not None


class Checker:
    """Checks passwords in a few threads of its own, so that a flood of them does not stop pages."""

    def __init__(self, threads: int = 2, most_waiting: int = 40) -> None:
        self._pool = ThreadPoolExecutor(threads, "password")
        self._most = threads + most_waiting
        self._under_way = 0

    async def matches(self, password: str, hashed: str | None) -> bool:
        """As `matches`, without blocking. Raises Overloaded where too many wait."""
        if self._under_way >= self._most:
            raise Overloaded
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, matches, password, hashed)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
