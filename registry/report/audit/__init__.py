"""The report of an audit, in every format. Each format is a module `<name>_format` of this package.

A module has `render(audit, options) -> Iterator[str]`; one of a format in BINARY_FORMATS has
`render_bytes(audit, options) -> bytes`. It is imported only when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from registry.audit.finding import Audit
from registry.audit.rule_book import RuleBook
from registry.locale import Language, _

if TYPE_CHECKING:
    from registry.audit.diff import Diff

FORMATS: Final = ("table", "json", "jsonl", "csv", "html", "markdown", "xlsx")
BINARY_FORMATS: Final = ("xlsx",)


@dataclass(frozen=True)
class RenderOptions:
    """What a format needs besides the audit.

    `rules`: of the registry that was audited. `bodies`: name by id, in the order in which they are
    shown. `width`: columns of the terminal. `everything`: every subject examined, not findings
    only. `bom`: begin CSV with a byte-order mark. `news`: what is new since the run before it of
    the same scope, a sentence, or "".
    """

    language: Language
    rules: RuleBook
    bodies: dict[str, str]
    width: int = 80
    everything: bool = False
    bom: bool = False
    colour: bool = False
    news: str = ""


def render(form: str, audit: Audit, options: RenderOptions) -> Iterator[str]:
    """The report in a text format, piece by piece."""
    chunks: Iterator[str] = _module(form).render(audit, options)
    return chunks


def render_bytes(form: str, audit: Audit, options: RenderOptions) -> bytes:
    """The report as a file, in one of BINARY_FORMATS."""
    content: bytes = _module(form).render_bytes(audit, options)
    return content


def changed_since_text() -> str:
    """What is said of a stored audit whose data has changed since."""
    return _(
        "The registry has changed since this audit: names and rules are the present ones, and how "
        "many rows then had which provenance was not stored."
    )


def news_text(changes: Diff | None) -> str:
    """What changed from the run before of the same scope; "" where there is none."""
    if changes is None:
        return ""
    return _(
        "Since run {run} ({as_of}), the last of the same scope: {new:,} new, {resolved:,} "
        "resolved, {changed:,} changed."
    ).format(
        run=changes.old,
        as_of=changes.days[0],
        new=len(changes.new),
        resolved=len(changes.resolved),
        changed=len(changes.changed) + len(changes.newly_waived),
    )


def _module(form: str) -> Any:
    return import_module(f"{__name__}.{form}_format")
