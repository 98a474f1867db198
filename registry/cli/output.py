"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.locale import _, list_separator

if TYPE_CHECKING:
    from registry.audit.finding import Audit
    from registry.report.audit import RenderOptions


def write_text(chunks: Iterable[str], path: Path | None) -> None:
    """Write text to `path`, whole or not at all; to standard output where there is none.

    A file gets no colours, whatever the terminal shows.
    """
    if path is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
    else:
        from registry.files import atomic_write

        atomic_write(path, click.unstyle("".join(chunks)).encode("utf-8", "backslashreplace"))


def refuse_binary_output(form: str, path: Path | None) -> None:
    """Raise UsageError for a format that is no text, where no file was named for it."""
    from registry.report.audit import BINARY_FORMATS

    if form in BINARY_FORMATS and path is None:
        raise click.UsageError(
            _("--format {form} makes a file, not text: name it with -o FILE.").format(form=form)
        )


def write_report(form: str, audit: Audit, options: RenderOptions, path: Path | None) -> None:
    """Write the report of an audit to `path`, or to standard output, as `write_text` does."""
    from registry.files import atomic_write
    from registry.report.audit import BINARY_FORMATS, render, render_bytes

    if form in BINARY_FORMATS and path is not None:
        atomic_write(path, render_bytes(form, audit, options))
    else:
        write_text(render(form, audit, options), path)


def tell_left_open(names: Iterable[str]) -> None:
    """Say on standard error what a paper has only a placeholder for; `names`: message ids."""
    if told := [_(name) for name in names]:
        note = _("left in 〔〕 for you to fill in: {names}. registry.toml sets it, section papers.")
        text = note.format(names=list_separator().join(told))
        click.echo(_("Note: {note}").format(note=text), err=True)


def terminal_width() -> int:
    """Columns of the terminal, $COLUMNS where it is set; 80 where output is no terminal."""
    # As shutil has it, which brings every kind of archive along.
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def shows_colour() -> bool:
    """Whether standard output is a terminal that shows colours, and nobody asked it not to.

    As no-color.org has it: $NO_COLOR that is not empty; and a terminal that says it is dumb.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()
