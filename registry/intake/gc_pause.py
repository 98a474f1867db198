"""Pausing Python's cyclic garbage collector while many rows are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Run without the cyclic garbage collector.

    Rows make no cycles; searching a hundred thousand rows for some, again and again as they grow,
    takes a third of the time of reading them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
