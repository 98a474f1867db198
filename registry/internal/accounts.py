"""Who may sign in: the file `users.json`, read again whenever it changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from registry.errors import RegistryError
from registry.internal.audience import OFFICE, Audience
from registry.internal.errors import InvalidUserName, PrivateFileError
from registry.internal.passwords import HASH_PATTERN
from registry.internal.private_files import (
    Signature,
    locked,
    open_folder,
    read_private,
    signature_of,
    write_private,
)
from registry.locale import _
from registry.text import nfkc

USERS: Final = "users.json"
_LONGEST_NAME: Final = 64

Role = Literal["office", "viewer"]


class Body(BaseModel):
    """The department or zone that a viewer is of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["department", "zone"]
    id: str = Field(min_length=1)


class User(BaseModel):
    """Somebody who may sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    body: Body | None = None
    password_hash: str = Field(pattern=HASH_PATTERN, repr=False)
    changed_at: AwareDatetime

    @field_validator("name")
    @classmethod
    def _name_is_one(cls, name: str) -> str:
        if plain_name(name) != name:
            raise ValueError("not as `registry user add` writes it")
        return name

    @model_validator(mode="after")
    def _body_fits_role(self) -> User:
        if (self.role == "viewer") != (self.body is not None):
            raise ValueError("a viewer has a body, the office has none")
        return self

    @property
    def audience(self) -> Audience:
        """Whose file the user sees."""
        return Audience(self.body.kind, self.body.id) if self.body else OFFICE


def plain_name(name: str) -> str:
    """A name as it is kept and looked up: full-width letters are plain ones.

    Raises InvalidUserName.
    """
    plain = nfkc(name).strip()
    fits = 0 < len(plain) <= _LONGEST_NAME and plain.isprintable()
    # As an option begins; the command line could not take it.
    if not fits or any(letter.isspace() for letter in plain) or plain.startswith("-"):
        raise InvalidUserName(
            _("“{name}” can't be a user's name").format(name=name),
            _(
                "A name has 1 to 64 characters, without spaces or control characters, and does not "
                "begin with “-”."
            ),
        )
    return plain


class Accounts:
    """The users of a state folder, as its file says at each moment. Raises PrivateFileError."""

    def __init__(self, folder: Path) -> None:
        open_folder(folder)
        self.path = folder / USERS
        self._read_as: Signature | None = None
        self._users: dict[str, User] = {}

    def users(self) -> Mapping[str, User]:
        """By name. Nobody where there is no file yet."""
        signature = signature_of(self.path)
        if signature is None:
            self._read_as, self._users = None, {}
        elif signature != self._read_as:
            # Forgotten first: where the file can't be used, nobody may come in by the old one.
            self._read_as = None
            found = read_private(self.path)
            if found is None:
                return {}
            self._users, self._read_as = _parse(self.path, found[0]), found[1]
        return self._users

    def get(self, name: str) -> User | None:
        """The user of that name, however its letters are written."""
        try:
            return self.users().get(plain_name(name))
        except InvalidUserName:
            return None

    @contextmanager
    def changing(self) -> Iterator[dict[str, User]]:
        """The users, to change; written when the block ends, unless it fails.

        Nobody else changes them meanwhile.
        """
        with locked(self.path):
            users = dict(self.users())
            yield users
            told = [user.model_dump(mode="json") for user in users.values()]
            text = json.dumps({"version": 1, "users": told}, ensure_ascii=False, indent=2)
            write_private(self.path, f"{text}\n".encode())


def _parse(path: Path, content: bytes) -> dict[str, User]:
    try:
        told = json.loads(content)
    except ValueError as error:
        raise _no_users_file(path, str(error)) from error
    entries = told.get("users") if isinstance(told, dict) else None
    if not isinstance(entries, list) or told.get("version") != 1:
        raise _no_users_file(path, "version 1, users […]")
    users: dict[str, User] = {}
    for number, entry in enumerate(entries, 1):
        user = _user(path, number, entry)
        if user.name in users:
            raise PrivateFileError(
                _("{path} names the user {name} twice").format(path=path, name=user.name),
                _("Remove one of the two."),
            )
        users[user.name] = user
    return users


def _no_users_file(path: Path, detail: str) -> PrivateFileError:
    return PrivateFileError(
        _("{path} is no file of users: {detail}").format(path=path, detail=detail),
        _("Put a copy of it back."),
    )


def user_exists(name: str) -> RegistryError:
    """The error for a user who is to be added, and is there already."""
    return RegistryError(
        _("there is a user {name} already").format(name=name),
        _("`registry user passwd {name}` changes the password.").format(name=name),
    )


def unknown_user(name: str) -> RegistryError:
    """The error for a user who is to be changed, and does not exist."""
    return RegistryError(
        _("there is no user {name}").format(name=name), _("`registry user list` names them.")
    )


def _user(path: Path, number: int, entry: Any) -> User:
    name = entry.get("name") if isinstance(entry, dict) else None
    called = str(name) if name else str(number)
    try:
        return User.model_validate(entry)
    except ValidationError as failure:
        error = failure.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, error["loc"]))
        detail = f"{where}: {error['msg']}" if where else error["msg"]
    except InvalidUserName as invalid:
        detail = invalid.problem
    # Outside of `except`: what failed holds the hash, which no traceback shall show.
    raise PrivateFileError(
        detail.rstrip("."),
        _("Correct it, or put a copy of the file back."),
        _("{path}, user {name}").format(path=path, name=called),
    )
