"""The secret of a state folder, which signs what browsers keep and bring back."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry.internal.errors import PrivateFileError
from registry.internal.private_files import create_private, read_private
from registry.locale import _

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

_FILE_NAME: Final = "secret"
_SECRET_BYTES: Final = 32


def read_or_create_secret(folder: Path) -> bytes:
    """The secret; made where there is none. Raises PrivateFileError."""
    path = folder / _FILE_NAME
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


def signer(secret: bytes, purpose: str) -> URLSafeTimedSerializer:
    """What signs values for one purpose, with the time. It takes none signed for another."""
    from itsdangerous import URLSafeTimedSerializer

    return URLSafeTimedSerializer(
        secret,
        salt=f"registry.{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
