"""An evaluation (运行评估), in every format. Each is a module `<name>_format` of this package.

A module has `render(evaluation, options) -> Iterator[str]`; one of a format in BINARY_FORMATS has
`render_bytes(evaluation, options) -> bytes`. It is imported only when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from registry.authority.evaluation import Evaluation, GroupName
from registry.report.sender import Sender

FORMATS: Final = ("table", "json", "csv", "xlsx", "docx")
BINARY_FORMATS: Final = ("xlsx", "docx")


@dataclass(frozen=True)
class RenderOptions:
    """Of what the rows are, where a format shows those of one kind only, and how a terminal shows
    it: in how many columns, and whether in colour; who sends the paper, where its format is one."""

    by: GroupName = "zone"
    width: int = 80
    colour: bool = False
    sender: Sender | None = None


def render(form: str, evaluation: Evaluation, options: RenderOptions) -> Iterator[str]:
    """The report in a text format, piece by piece."""
    chunks: Iterator[str] = _module(form).render(evaluation, options)
    return chunks


def render_bytes(form: str, evaluation: Evaluation, options: RenderOptions) -> bytes:
    """The report as a file, in one of BINARY_FORMATS."""
    content: bytes = _module(form).render_bytes(evaluation, options)
    return content


def _module(form: str) -> Any:
    return import_module(f"{__name__}.{form}_format")
