"""The users who may sign in: the file `users.json`, read again whenever it changes."""

from __future__ import annotations

import getpass
import json
import time
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
from registry.internal.access_log import AccessLog, AccessLogError, acting_user
from registry.internal.audience import OFFICE, Audience
from registry.internal.errors import InvalidUserName, PrivateFileError
from registry.internal.passwords import HASH_PATTERN
from registry.internal.private_files import (
    FileVersion,
    ensure_folder,
    file_version,
    locked,
    read_private,
    write_private,
)
from registry.locale import _
from registry.text import nfkc

USERS: Final = "users.json"
_MAX_NAME_LENGTH: Final = 64

Role = Literal["office", "viewer"]


class Body(BaseModel):
    """The department or zone that a viewer is of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["department", "zone"]
    id: str = Field(min_length=1)


class SecondFactor(BaseModel):
    """A user's second factor: the secret of the time-based codes, since when it counts, and what is
    left of the recovery codes, hashed with one salt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: str = Field(pattern=r"^[A-Z2-7]{16,64}$", repr=False)
    since: AwareDatetime
    recovery: tuple[str, ...] = Field(default=(), repr=False)


class User(BaseModel):
    """Somebody who may sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    body: Body | None = None
    password_hash: str = Field(pattern=HASH_PATTERN, repr=False)
    changed_at: AwareDatetime
    second_factor: SecondFactor | None = None

    @field_validator("name")
    @classmethod
    def _name_is_normalised(cls, name: str) -> str:
        if normalised_name(name) != name:
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

    @property
    def own_words(self) -> tuple[str, ...]:
        """What everybody knows of the user: a password must not be made of it."""
        return (self.name, self.body.id) if self.body else (self.name,)


def normalised_name(name: str) -> str:
    """A user name as it is stored and looked up: full-width letters as plain ones (NFKC).

    Raises InvalidUserName.
    """
    normalised = nfkc(name).strip()
    fits = 0 < len(normalised) <= _MAX_NAME_LENGTH and normalised.isprintable()
    # “-” begins an option: the command line could not take such a name.
    if not fits or any(char.isspace() for char in normalised) or normalised.startswith("-"):
        raise InvalidUserName(
            _("“{name}” can't be a user's name").format(name=name),
            _(
                "A name has 1 to 64 characters, without spaces or control characters, and does not "
                "begin with “-”."
            ),
        )
    return normalised


class Accounts:
    """The users of a state folder, as its file has them at each moment.

    All methods raise PrivateFileError where the file can't be used.
    """

    def __init__(self, folder: Path) -> None:
        ensure_folder(folder)
        self.path = folder / USERS
        self._version: FileVersion | None = None
        self._users: dict[str, User] = {}

    def users(self) -> Mapping[str, User]:
        """Users by name; none where there is no file yet."""
        version = file_version(self.path)
        if version is None:
            self._version, self._users = None, {}
        elif version != self._version:
            # Cleared first: where the new file can't be used, nobody may sign in by the old one.
            self._version = None
            found = read_private(self.path)
            if found is None:
                return {}
            self._users, self._version = _parse(self.path, found[0]), found[1]
        return self._users

    def get(self, name: str) -> User | None:
        """The user of that name, which need not be normalised; None where there is none."""
        try:
            return self.users().get(normalised_name(name))
        except InvalidUserName:
            return None

    def replace(self, old: User, new: User) -> bool:
        """Put `new` in the place of `old`, unless somebody else has changed the user meanwhile."""
        with self.changing() as users:
            if users.get(old.name) != old:
                return False
            users[old.name] = new
        return True

    def _log_changes(self, before: Mapping[str, User], after: Mapping[str, User]) -> None:
        log = AccessLog(self.path.parent, time.time, lambda problem: None, removes=False)
        for name in {**before, **after}:
            old, new = before.get(name), after.get(name)
            if old != new:
                audience = (new or old or before[name]).audience
                done = _changed(old, new)
                try:
                    log.write("user", user=name, audience=audience, done=done, by=_acting())
                except AccessLogError as error:
                    raise PrivateFileError(
                        _("{path} can't be written, so no user is changed").format(path=log.path),
                        _("See that there is room on the disk, and that the file is yours."),
                    ) from error

    @contextmanager
    def changing(self) -> Iterator[dict[str, User]]:
        """The users by name, to change; written when the block ends, unless it raises.

        The file is locked meanwhile.
        """
        with locked(self.path):
            users = dict(self.users())
            before = dict(users)
            yield users
            self._log_changes(before, users)  # first: what can't be logged is not done
            entries = [_entry(user) for user in users.values()]
            text = json.dumps({"version": 1, "users": entries}, ensure_ascii=False, indent=2)
            write_private(self.path, f"{text}\n".encode())


def _entry(user: User) -> dict[str, Any]:
    """The user as the file has it: without what is not set."""
    return user.model_dump(mode="json", exclude=None if user.second_factor else {"second_factor"})


def _changed(before: User | None, after: User | None) -> str:
    """What was done to a user, for the access log."""
    if before is None:
        return "added"
    if after is None:
        return "removed"
    fields = set(User.model_fields) - {"name", "changed_at"}
    changed = sorted(one for one in fields if getattr(before, one) != getattr(after, one))
    return f"changed {', '.join(changed)}" if changed else "renewed"


def _acting() -> str | None:
    """Who changes users: who is signed in, else the user of this machine."""
    user = acting_user.get()
    if user is not None:
        return user
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _parse(path: Path, content: bytes) -> dict[str, User]:
    try:
        parsed = json.loads(content)
    except ValueError as error:
        raise _invalid_file(path, str(error)) from error
    entries = parsed.get("users") if isinstance(parsed, dict) else None
    if not isinstance(entries, list) or parsed.get("version") != 1:
        raise _invalid_file(path, "version 1, users […]")
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


def _invalid_file(path: Path, detail: str) -> PrivateFileError:
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
    try:
        return User.model_validate(entry)
    except ValidationError as failure:
        error = failure.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, error["loc"]))
        detail = f"{where}: {error['msg']}" if where else error["msg"]
    except InvalidUserName as invalid:
        detail = invalid.problem
    # Outside of `except`: the exception holds the hash, which no traceback shall show.
    raise PrivateFileError(
        detail.rstrip("."),
        _("Correct it, or put a copy of the file back."),
        _("{path}, user {name}").format(path=path, name=name or number),
    )
