"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.files import atomic_write
from registry.locale import _
from registry.report.audit import BINARY_FORMATS

if TYPE_CHECKING:
    from registry.audit.finding import Audit
    from registry.report.audit import RenderOptions


def write_text(chunks: Iterable[str], path: Path | None) -> None:
    """Write text to `path`, whole or not at all; to standard output where there is none."""
    if path is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
    else:
        atomic_write(path, "".join(chunks).encode())


def refuse_binary_output(form: str, path: Path | None) -> None:
    """Raise UsageError for a format that is no text, where no file was named for it."""
    if form in BINARY_FORMATS and path is None:
        raise click.UsageError(
            _("--format {form} makes a file, not text: name it with -o FILE.").format(form=form)
        )


def write_report(form: str, audit: Audit, options: RenderOptions, path: Path | None) -> None:
    """Write the report of an audit to `path`, or to standard output, as `write_text` does."""
    from registry.report.audit import render, render_bytes

    if form in BINARY_FORMATS and path is not None:
        atomic_write(path, render_bytes(form, audit, options))
    else:
        write_text(render(form, audit, options), path)


def terminal_width() -> int:
    """Columns of the terminal, $COLUMNS where it is set; 80 where output is no terminal."""
    return shutil.get_terminal_size((80, 24)).columns


def shows_colour() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()
