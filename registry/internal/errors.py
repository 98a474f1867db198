"""The errors of the internal site that code tells apart; others are a plain `RegistryError`."""

from __future__ import annotations

from registry.errors import RegistryError


class PrivateFileError(RegistryError):
    """Users, secret or sessions can't be read or written. Then nobody can sign in."""


class InvalidUserName(RegistryError):
    """A text that can't be a user's name, whoever typed it."""
