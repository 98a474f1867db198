"""What the HTML report is made with: its texts, its charts, its escaping of CSS and scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup, escape

from registry import svg
from registry.locale import N_, Language, _
from registry.locale.labels import severity_label
from registry.model.vocabulary import SEVERITIES

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
_COLOURS: Final = {
    "high": ("#7f1d1d", "#ffffff"),
    "medium": ("#d97706", "#1b1b1b"),
    "low": ("#5b9bd5", "#1b1b1b"),
    "info": ("#cbd5e1", "#1b1b1b"),
}
"""The colour of a severity in charts, and of a number on it; from dark to light, so that
severities are told apart without colour too."""

_NOT_PLAIN: Final = re.compile(r"[^\w \-.,:;()，、；：。（）〔〕]")
_HAN: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f〔〕“”、]+")


def page_texts() -> dict[str, str]:
    """Every text of the page, in the language in use."""
    return {name: _(text) for name, text in _TEXTS.items()}


def cell_labels() -> dict[str, str]:
    """Labels of cells, for narrow screens, on which tables have no header row; by CSS class."""
    names = ("item", "zone", "department", "message", "due", "overdue", "status", "subject")
    return {name: _(_TEXTS[name]) for name in (*names, "examined", "rule", "body")}


def severity_bar(counts: Mapping[str, int], longest: int) -> Markup:
    """A bar stacked by severity; `longest`: the count that fills the whole width."""
    segments = (
        svg.Segment(severity_label(severity), counts.get(severity, 0), *_COLOURS[severity])
        for severity in SEVERITIES
    )
    return svg.stacked_bar(segments, longest)


def severity_key() -> Markup:
    """The key of such bars."""
    entries = (
        Markup("<li>{} {}</li>").format(svg.swatch(_COLOURS[one][0]), severity_label(one))
        for one in SEVERITIES
    )
    return Markup('<ul class="key">{}</ul>').format(Markup("").join(entries))


def css_string(text: str) -> str:
    """A text as a CSS string, safe inside a style element."""
    escaped = _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup('"{}"').format(Markup(escaped))


def script_hash(script: str) -> str:
    """The hash by which the page's policy lets its one script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def mark_chinese(language: Language) -> Callable[[str | None], Markup]:
    """A filter that marks Chinese within an English page, for voices and fonts."""

    def _marked(text: str | None) -> Markup:
        safe = escape(text or "")
        if language == "zh":
            return safe
        return Markup(_HAN.sub(lambda found: f'<span lang="zh-CN">{found[0]}</span>', safe))

    return _marked
