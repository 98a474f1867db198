"""Letters to bodies that owe something, always in Chinese. Each format is a module
`<name>_format` of this package, imported only when it is asked for.

A module has `render_bytes(content: LetterContent) -> bytes`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from registry.report.letters.groups import Kind
from registry.report.letters.letter import Letter, left_open, letters
from registry.report.letters.sources import Sources, letter_sources

__all__ = [
    "ENDINGS",
    "Kind",
    "Letter",
    "Sources",
    "left_open",
    "letter_bytes",
    "letter_sources",
    "letters",
]

ENDINGS: Final = {"docx": ".docx", "html": ".html", "markdown": ".md"}
"""Format → how the names of its files end."""


def letter_bytes(letter: Letter, form: str = "docx") -> bytes:
    """The letter as a file of a format of ENDINGS."""
    module = import_module(f"{__name__}.{form}_format")
    content: bytes = module.render_bytes(letter.content())
    return content
