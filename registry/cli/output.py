"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from registry.files import atomic_write


def write_text(chunks: Iterable[str], path: Path | None) -> None:
    """Write text to `path`, whole or not at all; to standard output where there is none."""
    if path is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
    else:
        atomic_write(path, "".join(chunks).encode())


def terminal_width() -> int:
    """Columns of the terminal, $COLUMNS where it is set; 80 where output is no terminal."""
    return shutil.get_terminal_size((80, 24)).columns


def shows_colour() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()
