"""Python started anew, for work that has limits of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

_ROOT: Final = str(Path(__file__).parents[1])
"""Where the program is, however it was installed."""


def python_anew(module: str, *options: str) -> list[str]:
    """The beginning of a command line that calls `main` of a module of ours.

    It imports from where this process does, whatever the environment says, and writes no bytecode.
    `options`: more of Python's own.
    """
    path = [_ROOT, *sys.path]
    start = f"import sys; sys.path[:] = {path!r}; from {module} import main; main()"
    return [sys.executable, *options, "-B", "-X", "utf8", "-c", start]
