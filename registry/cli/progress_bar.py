"""A bar on the terminal for what takes long: it appears after two seconds, and goes when done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from registry.report.terminal import text_width

if TYPE_CHECKING:
    from registry.loading.listing import Progress

_DELAY: Final = 2.0  # seconds before the bar appears
_INTERVAL: Final = 0.1  # seconds between two updates
_CELLS: Final = 24  # width of the bar itself


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A function to call as work goes on. Nothing is shown where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    started = shown = time.monotonic()
    width = 0

    def update(done: int, total: int) -> None:
        """Show how far it is, if the last time is long enough ago."""
        nonlocal shown, width
        now = time.monotonic()
        if now - started < _DELAY or now - shown < _INTERVAL:
            return
        shown = now
        text = f"{label} {_bar(done, total)}"
        sys.stderr.write("\r" + text + " " * max(width - text_width(text), 0))
        sys.stderr.flush()
        width = text_width(text)

    try:
        yield update
    finally:
        if width:
            sys.stderr.write("\r" + " " * width + "\r")
            sys.stderr.flush()


def _bar(done: int, total: int) -> str:
    if not total:
        return f"{done:,}"
    full = min(done * _CELLS // total, _CELLS)
    return f"[{'#' * full}{'.' * (_CELLS - full)}] {done:,}/{total:,}"
