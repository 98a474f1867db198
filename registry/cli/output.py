"""Where output goes: standard output, or a file that is written beside and moved into place."""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import click


def write_out(chunks: Iterable[str], path: Path | None) -> None:
    """Write text to `path`, whole or not at all; to standard output where there is none."""
    if path is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
    else:
        write_files({path: "".join(chunks).encode()})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write every file, or, where one can't be written, none. Raises OSError."""
    beside = {path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.writing"): path for path in files}
    try:
        for temporary, path in beside.items():
            temporary.write_bytes(files[path])
        for temporary, path in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside:
            temporary.unlink(missing_ok=True)


def terminal_width() -> int:
    """Columns of the terminal, $COLUMNS where it is set; 80 where output is no terminal."""
    return shutil.get_terminal_size((80, 24)).columns


def shows_colour() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()
