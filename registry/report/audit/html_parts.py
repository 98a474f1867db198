"""Parts of the HTML report: its texts, and what has to be escaped otherwise than HTML."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from registry.locale import N_, Language, _

if TYPE_CHECKING:
    from markupsafe import Markup

LANG: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}

_TEXTS: Final = {
    "skip": N_("Skip to the findings"),
    "summary": N_("Summary"),
    "examined": N_("Examined"),
    "by_body": N_("Alarms by the body that owes them"),
    "by_zone": N_("Alarms by zone"),
    "by_rule": N_("Alarms by rule"),
    "quiet": N_("Rules without findings: {n:,}"),
    "most_overdue": N_("Most overdue"),
    "findings": N_("Findings by the body that owes them"),
    "every": N_("Every subject examined, by rule"),
    "filter": N_("Choose what is shown"),
    "body": N_("Owed by"),
    "rule": N_("Rule"),
    "severity": N_("Severity"),
    "all_bodies": N_("all bodies"),
    "all_rules": N_("all rules"),
    "all_severities": N_("all severities"),
    "reset": N_("Show all"),
    "shown": N_("Rows shown: {shown} of {all}"),
    "clauses": N_("Clauses"),
    "remedy": N_("Remedy"),
    "provenance": N_("Provenance"),
    "rows": N_("Rows: {n:,}"),
    "folded": N_("Rows: {n:,} (folded; choose to unfold)"),
    "number": N_("No."),
    "subject": N_("Subject"),
    "item": N_("Item name"),
    "zone": N_("Zone"),
    "department": N_("Department"),
    "message": N_("Message"),
    "due": N_("Due on"),
    "overdue": N_("Overdue"),
    "status": N_("Status"),
    "alarms": N_("Alarms"),
    "bar": N_("Chart"),
    "waived": N_("Waived"),
    "top": N_("Back to top"),
    "foot": N_("Made by the registry of delegated powers; as of {as_of}."),
}
_NOT_PLAIN: Final = re.compile(r"[^\w \-.,:;()，、；：。（）〔〕]")
_HAN: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f〔〕“”、]+")


def texts() -> dict[str, str]:
    """Every text of the page, in the language in use."""
    return {name: _(text) for name, text in _TEXTS.items()}


def labels() -> dict[str, str]:
    """What stands before a cell where a narrow screen shows no header row."""
    names = ("item", "zone", "department", "message", "due", "overdue", "status", "subject")
    return {name: _(_TEXTS[name]) for name in (*names, "examined", "rule", "body")}


def css_string(text: str) -> str:
    """A text as a CSS string, safe inside a style element."""
    from markupsafe import Markup

    escaped = _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup('"{}"').format(Markup(escaped))


def script_hash(script: str) -> str:
    """The hash by which the page's policy lets its one script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def foreign(language: Language) -> Callable[[str | None], Markup]:
    """A filter that marks Chinese within an English page, for voices and fonts."""
    from markupsafe import Markup, escape

    def _marked(text: str | None) -> Markup:
        safe = escape(text or "")
        if language == "zh":
            return safe
        return Markup(_HAN.sub(lambda found: f'<span lang="zh-CN">{found[0]}</span>', safe))

    return _marked
