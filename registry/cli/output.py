"""Where output goes: standard output, or a file that is written beside and moved into place."""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click


def write_out(chunks: Iterable[str], path: Path | None) -> None:
    """Write text to `path`, whole or not at all; to standard output where there is none."""
    if path is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
        return
    with _beside(path) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(chunks)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file, whole or not at all."""
    with _beside(path) as beside:
        beside.write_bytes(content)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.writing")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def terminal_width() -> int:
    """Columns of the terminal, $COLUMNS where it is set; 80 where output is no terminal."""
    return shutil.get_terminal_size((80, 24)).columns


def shows_colour() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()
