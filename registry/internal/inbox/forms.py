"""The short form for one finding: when it was done and by which paper, or an explanation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ValidationError

from registry.internal.inbox.ledger_state import LedgerState
from registry.internal.inbox.submission import MAX_TEXT
from registry.locale import _
from registry.model.ledger import DeliverableRow
from registry.validation import explain

FormKind = Literal["form", "explanation"]

MAX_DOCUMENT: Final = 200
MAX_LINK: Final = 500
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LINK: Final = re.compile(r"https?://[^\s/][^\s]*", re.I)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a form says: `content` to put into the inbox, or `problems`, field → what is wrong."""

    content: dict[str, Any]
    problems: dict[str, str]


def obligation_key(finding: Mapping[str, Any]) -> str:
    """The key of the obligation that a finding is about; "" where it is about something else."""
    if finding["subject_type"] != "delegation" or not finding["duty"]:
        return ""
    return f"{finding['subject_id']}/{finding['duty']}"


def can_prove(finding: Mapping[str, Any], state: LedgerState | None) -> bool:
    """Whether the form for a paper is of use: the finding is open, and of an obligation of the
    body's own that a paper meets."""
    key = obligation_key(finding)
    open_ = finding["status"] == "alarm" and finding["severity"] != "info"
    return bool(key) and open_ and state is not None and key in state.stored["obligations"]


def filled_proof(
    finding: Mapping[str, Any], state: LedgerState, fields: Mapping[str, str], today: str
) -> FilledForm:
    """What the form for a paper says. `finding`: one of which `can_prove` holds."""
    problems: dict[str, str] = {}
    stored = state.stored["obligations"][obligation_key(finding)]
    texts = {name: _line(fields.get(name, "")) for name in ("done_on", "document", "url")}
    for name, most in (("document", MAX_DOCUMENT), ("url", MAX_LINK)):
        if len(texts[name]) > most:
            problems[name] = _("Write {n} characters at the most.").format(n=most)
    if texts["url"] and not _LINK.fullmatch(texts["url"]):
        problems["url"] = _("A link begins with http:// or https://.")
    content: dict[str, Any] = {
        **{"duty": stored["duty"], "item": stored["item"], "zone": stored["zone"]},
        **{"key": obligation_key(finding), **_about(finding)},
    }
    if not texts["done_on"]:
        problems["done_on"] = _("Say on which day it was done.")
        return FilledForm(content | texts, problems)
    try:
        row = proof_row(content | texts)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            what, remedy = explain(error)
            problems.setdefault(str(error["loc"][0]), f"{what}{_(': ')}{remedy}")
        return FilledForm(content | texts, problems)
    if row.done_on > today:
        problems["done_on"] = _("That day is still to come.")
    return FilledForm(content | texts | {"done_on": row.done_on}, problems)


def filled_explanation(finding: Mapping[str, Any], fields: Mapping[str, str]) -> FilledForm:
    """What an explanation says."""
    text = _CONTROL.sub("", fields.get("text", "").replace("\r\n", "\n")).strip()
    problems = {}
    if not text:
        problems["text"] = _("Write the explanation.")
    elif len(text) > MAX_TEXT:
        problems["text"] = _("Write {n} characters at the most.").format(n=MAX_TEXT)
    content = {"key": obligation_key(finding), "text": text[: 2 * MAX_TEXT], **_about(finding)}
    return FilledForm(content, problems)


def proof_row(content: Mapping[str, Any]) -> DeliverableRow:
    """The row of the ledger that a form stands for. Raises ValidationError."""
    values = {
        **{"duty": content["duty"], "zone": content["zone"], "covers": [content["item"]]},
        **{name: content[name] for name in ("done_on", "document", "url") if content[name]},
    }
    return DeliverableRow.model_validate(values)


def office_word(text: str) -> str:
    """The office's word, as it is kept: printable, and not too long."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()[:MAX_TEXT]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", _CONTROL.sub("", text)).strip()


def _about(finding: Mapping[str, Any]) -> dict[str, Any]:
    """The finding as it was found then: it may be gone when the office reads this."""
    names = ("code", "subject_id", "message_zh", "message_en")
    return {name: finding[name] for name in names}
