"""Completion rates, in every format. Each format is a module `<name>_format` of this package.

A module has `render(progress, options) -> Iterator[str]`; one of a format in BINARY_FORMATS has
`render_bytes(progress, options) -> bytes`. It is imported only when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from registry.audit.progress import Progress
from registry.report.sender import Sender

FORMATS: Final = ("table", "html", "docx")
BINARY_FORMATS: Final = ("docx",)


@dataclass(frozen=True)
class RenderOptions:
    """How a terminal shows it: in how many columns, and whether in colour; who sends the paper,
    where its format is one."""

    width: int = 80
    colour: bool = False
    sender: Sender | None = None


def render(form: str, progress: Progress, options: RenderOptions) -> Iterator[str]:
    """The report in a text format, piece by piece."""
    chunks: Iterator[str] = _module(form).render(progress, options)
    return chunks


def render_bytes(form: str, progress: Progress, options: RenderOptions) -> bytes:
    """The report as a file, in one of BINARY_FORMATS."""
    content: bytes = _module(form).render_bytes(progress, options)
    return content


def _module(form: str) -> Any:
    return import_module(f"{__name__}.{form}_format")
