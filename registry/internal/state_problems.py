"""What is wrong with the folder of users, sessions and log, and the remedy. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.locale import N_, _

_TEXTS: Final = {
    "open-file": N_("others on this machine can read {path}. Run `chmod 600 {path}`."),
    "open-folder": N_("others on this machine can write to {path}. Run `chmod 700 {path}`."),
    "unreadable": N_("{path} can't be read: {detail}."),
    "unwritable": N_("{path} can't be written: {detail}."),
    "no-users-file": N_("{path} is no file of users: {detail}. Put a copy of it back."),
    "user": N_("{path}, user {name}: {detail}. Correct it, or put a copy of the file back."),
    "twice": N_("{path} names the user {name} twice. Remove one of the two."),
    "secret": N_(
        "{path} is no signing secret. Remove it: the next start makes another, and everybody signs "
        "in again."
    ),
    "busy": N_("another command is changing {path}; try again when it has ended."),
    "exists": N_(
        "there is a user {name} already. `registry user passwd {name}` changes the password."
    ),
    "unknown": N_("there is no user {name}. `registry user list` names them."),
    "bad-name": N_(
        "“{name}” can't be a user's name: 1 to 64 characters, without spaces or control "
        "characters, not beginning with “-”."
    ),
    "short-password": N_("the password is too short: {detail} characters at the least."),
    "password-is-name": N_("the password must not be the user's name."),
}


class StateProblem(Exception):
    """Why users, sessions or the log can't be used; its text is what the user reads."""

    def __init__(
        self, reason: str, path: Path | None = None, *, name: str = "", detail: str = ""
    ) -> None:
        assert reason in _TEXTS
        super().__init__(reason, path, name, detail)
        self.reason = reason
        self.path = path
        self.name = name
        self.detail = detail

    def __str__(self) -> str:
        return _(_TEXTS[self.reason]).format(path=self.path, name=self.name, detail=self.detail)
