"""The standard streams of a process: there, in an encoding that holds every text, and left in
peace when it ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

_NUMBERS: Final = (0, 1, 2)


def prepare_streams() -> None:
    """Give the process all its standard streams, and each an encoding that never fails.

    What is redirected is UTF-8 to the byte, whatever the console's encoding: files, and programs
    that read us, are to find every character and the line ends that were meant. A terminal shows
    its own encoding, and a question mark for what that lacks.
    """
    for number in _NUMBERS:
        try:
            os.fstat(number)
        except OSError:
            # Closed: else the next file that is opened would take its number, and our output.
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")


def silence_streams() -> None:
    """Have the streams drop what they still hold: whoever read them has gone."""
    for stream in _streams():
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


def flush_streams() -> OSError | None:
    """Write out what the streams still hold; what came in the way, unless it is a closed pipe.

    Nothing is left for Python to write at its end, where it would leave with a code of its own.
    """
    problem: OSError | None = None
    for stream in _streams():
        try:
            stream.flush()
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                problem = error
            silence_streams()
    return problem


def _streams() -> Iterator[TextIO]:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            yield stream
