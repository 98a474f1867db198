"""Python started anew, for work that has limits of its own."""

from __future__ import annotations

import sys


def python_anew(module: str) -> list[str]:
    """The beginning of a command line that calls `main` of a module of ours.

    It imports from where this process does, whatever the environment says, and writes no bytecode.
    """
    start = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main()"
    return [sys.executable, "-B", "-X", "utf8", "-c", start]
