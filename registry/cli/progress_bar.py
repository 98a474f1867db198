"""A bar on the terminal for what takes long: it appears after two seconds, and goes when done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from registry.report.terminal import text_width

_PATIENCE: Final = 2.0
_INTERVAL: Final = 0.1
_CELLS: Final = 24

Tick = Callable[[int, int], None]
"""Called with how much is done, of how much; 0 where that isn't known."""


@contextmanager
def waiting(label: str) -> Iterator[Tick]:
    """Give a `tick` to call as work goes on. Nothing is shown where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    started = shown = time.monotonic()
    width = 0

    def tick(done: int, total: int) -> None:
        """Show how far it is, if it is time to."""
        nonlocal shown, width
        now = time.monotonic()
        if now - started < _PATIENCE or now - shown < _INTERVAL:
            return
        shown = now
        text = f"{label} {_bar(done, total)}"
        sys.stderr.write("\r" + text + " " * max(width - text_width(text), 0))
        sys.stderr.flush()
        width = text_width(text)

    try:
        yield tick
    finally:
        if width:
            sys.stderr.write("\r" + " " * width + "\r")
            sys.stderr.flush()


def _bar(done: int, total: int) -> str:
    if not total:
        return f"{done:,}"
    full = min(done * _CELLS // total, _CELLS)
    return f"[{'#' * full}{'.' * (_CELLS - full)}] {done:,}/{total:,}"
