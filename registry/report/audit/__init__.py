"""An audit -> text, or a file. One module a format, with `render(audit, context) -> Iterator[str]`.

Formats that are no text have `render_bytes(audit, context) -> bytes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from registry.audit.finding import Audit
from registry.audit.rule import RuleHeader
from registry.locale import Language

FORMATS: Final = ("table", "json", "jsonl", "csv", "html", "markdown", "xlsx")
BINARY_FORMATS: Final = ("xlsx",)
"""Those that are no text: their modules have `render_bytes(audit, context) -> bytes` instead."""


@dataclass(frozen=True)
class RenderOptions:
    """What a format needs besides the audit. `width` in terminal columns; `bodies`: id → name."""

    language: Language
    rules: dict[str, RuleHeader]
    bodies: dict[str, str]
    width: int = 80
    everything: bool = False
    bom: bool = False
    colour: bool = False


Renderer = Callable[[Audit, RenderOptions], Iterator[str]]
BytesRenderer = Callable[[Audit, RenderOptions], bytes]


def renderer(name: str) -> Renderer:
    """The renderer of a text format in FORMATS; its module is imported only now."""
    module = import_module(f"registry.report.audit.{name}_format")
    return cast(Renderer, module.render)


def bytes_renderer(name: str) -> BytesRenderer:
    """The renderer of a format in BINARY_FORMATS; its module is imported only now."""
    module = import_module(f"registry.report.audit.{name}_format")
    return cast(BytesRenderer, module.render_bytes)
