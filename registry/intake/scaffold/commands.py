"""Command lines that a person can copy."""

from __future__ import annotations

import shlex
from pathlib import Path

from registry.intake.scaffold.reading import ReadAnnex, printable
from registry.text import shell_word


def load_command(annex: ReadAnnex, instrument: str) -> str:
    """What takes a list into its annex; TABLE stands for what a person has to say."""
    path, number = quoted(annex.file.path), annex.number
    table = " --type-codes TABLE" if annex.type_numbers() else ""
    hints = "".join(f" {shell_word(word)}" for word in annex.file.hints)
    return f"registry load annex {path} --annex {number} --instrument {instrument}{hints}{table}"


def quoted(path: Path) -> str:
    """A path as a shell takes it."""
    return shlex.quote(printable(str(path)))
