"""A submission, its states, and the limits of what is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from registry.errors import RegistryError
from registry.internal.audience import Audience
from registry.locale import N_, _

State = Literal["draft", "received", "approved", "accepted", "sent-back"]
SubmissionKind = Literal["workbook", "form", "explanation"]
AttemptKind = Literal["upload", "form"]

STATES: Final[Mapping[State, str]] = {
    "draft": N_("not submitted yet"),
    "received": N_("received"),
    "approved": N_("accepted, to be entered"),
    "accepted": N_("accepted and entered"),
    "sent-back": N_("sent back"),
}
"""State → what it is called. `approved`: the office accepted it on the site; its own process has
not entered it yet."""

KINDS: Final[Mapping[SubmissionKind, str]] = {
    "workbook": N_("Ledger workbook"),
    "form": N_("Answer to one finding"),
    "explanation": N_("Explanation"),
}

OPEN: Final[tuple[State, ...]] = ("received", "approved")
"""The states of what waits for the office."""

MAX_UPLOAD_BYTES: Final = 8 << 20
MAX_STORED_BYTES: Final = 2 << 30
MAX_PER_DAY: Final[Mapping[AttemptKind, int]] = {"upload": 20, "form": 100}
MAX_OPEN: Final = 200
MAX_OPEN_WORKBOOKS: Final = 20
"""Submissions, and workbooks among them, of one body that may wait at once; drafts count."""
MAX_TEXT: Final = 500
"""Characters of an explanation, and of the office's word."""


class Refused(RegistryError):
    """What is not taken, with the HTTP status of the refusal."""

    def __init__(self, status: int, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.status = status


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a submission: when, by whom, and the office's word."""

    at: str
    state: State
    user: str
    word: str | None


@dataclass(frozen=True, slots=True)
class Submission:
    """What a body handed in. `content` as in schema.sql."""

    no: int
    token: str
    kind: SubmissionKind
    body: Audience
    user: str
    at: str
    state: State
    instrument: str
    fingerprint: str | None
    sha256: str | None
    size: int | None
    content: dict[str, Any] = field(repr=False)
    steps: tuple[Step, ...] = ()

    @property
    def word(self) -> str | None:
        """The office's last word on it."""
        return next((step.word for step in reversed(self.steps) if step.word), None)

    @property
    def reference(self) -> str:
        """What the working file names it by: its number, and what no other inbox has."""
        return f"{self.no}-{self.token}"


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """What is to be put into the inbox."""

    kind: SubmissionKind
    body: Audience
    user: str
    instrument: str
    content: Mapping[str, Any]
    fingerprint: str | None = None
    sha256: str | None = None
    size: int | None = None


def no_such_submission(no: int | str) -> RegistryError:
    """The error for a number that the inbox doesn't have."""
    return RegistryError(
        _("there is no submission {no}").format(no=no), _("`registry inbox list` names them.")
    )


def not_open(one: Submission) -> Refused:
    """The error for what is decided already."""
    return Refused(
        400, _("Submission {no} is no longer open: {state}.").format(no=one.no, state=label(one))
    )


def label(one: Submission | Step) -> str:
    """The state in words."""
    return _(STATES[one.state])
