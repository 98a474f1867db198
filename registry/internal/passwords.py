"""Passwords: hashing them, in threads, so that the server goes on answering.

PBKDF2-HMAC-SHA256 with as many rounds as OWASP asks for; a hash of fewer is replaced at the next
sign-in, and checking it meanwhile takes as long as one of today's.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from registry.text import nfkc

ROUNDS: Final = 600_000
"""OWASP Password Storage Cheat Sheet, for PBKDF2-HMAC-SHA256."""

HASH_PATTERN: Final = r"^pbkdf2_sha256\$[1-9][0-9]{4,6}\$[0-9A-Za-z]+\$[A-Za-z0-9+/]+=*$"
"""Matches what `hash_password` returns, with 10,000 to 10 million rounds: fewer don't protect, and
more would let one sign-in block a thread for long."""

_NAME: Final = "pbkdf2_sha256"
_DUMMY_SALT: Final = "0" * 32

Result = TypeVar("Result")


class PasswordQueueFull(Exception):
    """Too many passwords wait to be checked."""


def hash_password(password: str) -> str:
    """The hash of a password, as it is stored; takes a good part of a second."""
    salt = secrets.token_hex(16)
    return f"{_NAME}${ROUNDS}${salt}${_digest(password, salt, ROUNDS)}"


def hash_all(codes: Sequence[str]) -> list[str]:
    """Hashes of several codes of one user, with one salt, so that checking one takes as long as of
    a password."""
    salt = secrets.token_hex(16)
    return [f"{_NAME}${ROUNDS}${salt}${_digest(code, salt, ROUNDS)}" for code in codes]


def matching_hash(code: str, hashes: Sequence[str]) -> str | None:
    """Which of the hashes that `hash_all` made is the code's; None where none is."""
    found = None
    digests: dict[tuple[str, str], str] = {}
    for hashed in hashes:
        _name, rounds, salt, digest = hashed.split("$")
        if (rounds, salt) not in digests:
            try:
                digests[rounds, salt] = _digest(code, salt, int(rounds))
            except UnicodeEncodeError:  # a lone surrogate
                return None
        if hmac.compare_digest(digests[rounds, salt], digest):
            found = hashed
    return found


def password_matches(password: str, hashed: str | None) -> bool:
    """Whether `hashed` is the hash of the password. Never for None, which takes as long."""
    if hashed is None:
        rounds, salt, digest = ROUNDS, _DUMMY_SALT, ""
    else:
        _name, number, salt, digest = hashed.split("$")
        rounds = int(number)
    try:
        found = _digest(password, salt, rounds)
        if rounds < ROUNDS:  # else a user who has not signed in lately could be told from none
            _digest(password, salt, ROUNDS - rounds)
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return hmac.compare_digest(found, digest) and hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether a hash has fewer rounds than today's."""
    return int(hashed.split("$")[1]) < ROUNDS


def _digest(password: str, salt: str, rounds: int) -> str:
    secret = nfkc(password).encode("utf-8")
    raw = hashlib.pbkdf2_hmac("sha256", secret, salt.encode("ascii"), rounds)
    return base64.b64encode(raw).decode("ascii")


class PasswordChecker:
    """Hashes in a few threads of its own, so that a flood does not block pages."""

    def __init__(self, threads: int = 2, max_waiting: int = 40) -> None:
        self._pool = ThreadPoolExecutor(threads, "password")
        self._max_pending = threads + max_waiting
        self._pending = 0

    async def matches(self, password: str, hashed: str | None, *, first: bool = False) -> bool:
        """As `password_matches`, without blocking.

        `first`: of somebody for whom there always is a place. Raises PasswordQueueFull.
        """
        return await self.run(lambda: password_matches(password, hashed), first=first)

    async def run(self, work: Callable[[], Result], *, first: bool = False) -> Result:
        """Do other work that takes as long, in the same threads. Raises PasswordQueueFull."""
        if self._pending >= self._max_pending * (2 if first else 1):
            raise PasswordQueueFull
        self._pending += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, work)
        finally:
            self._pending -= 1

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
