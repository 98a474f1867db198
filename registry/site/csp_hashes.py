"""Inline scripts and styles of templates, known by their hashes, for the Content-Security-Policy.

Datasette's templates hold scripts and styles between their tags. What a template itself writes
there passes through a filter that records its hash, and the response's policy allows these and no
others. The finished page is not searched for scripts: one that came in with the data would then be
allowed as well. Hashes, not nonces, so that a page can be kept by caches.
"""

from __future__ import annotations

import base64
import hashlib
import re
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from jinja2.ext import Extension

from registry.site.template_patches import datasette_templates

_KINDS: Final = ("script", "style")
_TAG: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_ATTRIBUTES: Final = (
    re.compile(r' style="padding-left: 10px; border-left: 10px solid #\{\{[^}]*\}\}"'),
    re.compile(r' style="border-color: #\{\{[^}]*\}\}"'),
    re.compile(r'\s+style="color: #666"'),
    re.compile(r"\{% if query and query\.sql %\} style=.*?\{% endif %\}"),
)
_EDITOR: Final = (
    re.compile(r"<(?:script|link)[^>]*/(?:codemirror|cm-resize)-[^>]*>(?:</script>)?\n?"),
    re.compile(r"<style>\s*\.CodeMirror.*?</style>\n?", re.DOTALL),
)
_EDITING: Final = re.compile(
    r"var editor = CodeMirror\.fromTextArea.*?cmResize\([^)]*\);", re.DOTALL
)
_PLAIN_EDITING: Final = """if (sqlFormat) {
            sqlFormat.addEventListener("click", () => {
                sqlInput.value = sqlFormatter.format(sqlInput.value);
            });
        }"""
_ERROR: Final = ' style="padding: 1em; margin: 1em 0; border: 3px solid red;"'

Hashes = dict[str, dict[str, None]]
"""script or style → hashes, in the order of the page."""

_recorded: ContextVar[Hashes | None] = ContextVar("recorded", default=None)


def start_recording() -> None:
    """Record from here on the hashes of what templates write inline for this request."""
    _recorded.set({kind: {} for kind in _KINDS})


def recorded_hashes(kind: str) -> list[str]:
    """Sources for script-src or style-src (`kind`: script or style), recorded by now."""
    return list((_recorded.get() or {}).get(kind, ()))


def wrap_inline_parts(source: str) -> str:
    """The text of a template of Datasette's: inline parts are recorded, style attributes gone.

    Colours that Datasette draws from a database's name are no loss. The editor of SQL goes as well,
    for it styles itself in a way that the policy forbids: where SQL may be written, it is written
    into a plain field.
    """
    for part in _EDITOR:
        source = part.sub("", source)
    source = _EDITING.sub(lambda _found: _PLAIN_EDITING, source)
    for attribute in _ATTRIBUTES:
        source = attribute.sub("", source)
    source = source.replace(_ERROR, ' class="error-message"')
    return _TAG.sub(r"<\1>{% filter inline_\1 %}\2{% endfilter %}</\1>", source)


def _record(kind: str, text: Any) -> Any:
    recorded = _recorded.get()
    if recorded is not None:
        digest = hashlib.sha256(str(text).encode("utf-8")).digest()
        recorded[kind][f"'sha256-{base64.b64encode(digest).decode('ascii')}'"] = None
    return text


def inline_script(text: Any) -> Any:
    """Jinja filter: records the hash of a script that a template wrote; the text as it is."""
    return _record("script", text)


def inline_style(text: Any) -> Any:
    """Jinja filter: records the hash of a style that a template wrote; the text as it is."""
    return _record("style", text)


class InlineHashExtension(Extension):
    """Applies `wrap_inline_parts` to Datasette's templates as Jinja reads them, once patched."""

    priority = 110

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(inline_script=inline_script, inline_style=inline_style)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text as Jinja shall compile it."""
        if filename is None or Path(filename).parent != datasette_templates():
            return source
        return wrap_inline_parts(source)
