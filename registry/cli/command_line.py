"""The words of the command line, as they come from the system."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from registry.locale import _

SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half of a pair of code units, which stands for no character."""
_BYTE: Final = re.compile("[\udc80-\udcff]")
"""How Python holds a byte that is no UTF-8."""
_VARIABLES: Final = ("REGISTRY_DB",)


def command_line() -> list[str]:
    """The words given to this process. On Windows *.xlsx stands for files, as elsewhere the shell
    has it."""
    words = sys.argv[1:]
    if os.name == "nt":
        from click.utils import _expand_args

        return list(_expand_args(words))
    return words


def refuse_undecodable(words: Iterable[str]) -> None:
    """Raise UsageError for a word with bytes that are no UTF-8, unless a file is called so.

    Nothing that is stored, printed or compared can hold them. Archives of old systems leave files
    whose names are GBK: those can be read, and are told by `registry.files.name_text`.
    """
    for word in (*words, *(os.environ.get(name, "") for name in _VARIABLES)):
        if word.isascii() or Path(word).is_file():
            continue
        if SURROGATE.search(word):
            raise click.UsageError(not_utf_8(word))


def not_utf_8(word: str) -> str:
    """What is said of a word that is not UTF-8, and what helps; its bytes are spelled out."""
    shown = _BYTE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", word)
    return _(
        "“{word}” is not UTF-8. Rename the file, or type the name anew in a terminal that is set "
        "to UTF-8."
    ).format(word=shown)
