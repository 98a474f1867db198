"""Compares an upload in a process of its own: whatever the file does there, the site goes on.

The process has a time, and, where the system has such limits, so much memory and processor time;
it writes nothing. It is told everything on standard input, and answers there with JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from registry.anew import python_anew
from registry.internal.inbox.comparison import Preview, preview, unreadable
from registry.internal.inbox.submission import Refused
from registry.locale import _, language, use

SECONDS: Final = 30.0
MEMORY_BYTES: Final = 640 << 20
_AT_ONCE: Final = 2
_MAX_WAIT: Final = 20.0  # seconds for a place
_MAX_OUTPUT: Final = 16 << 20

_places = threading.BoundedSemaphore(_AT_ONCE)


def preview_apart(
    path: Path,
    kind: str,
    body: str,
    states: Mapping[str, tuple[Any, Any]],
    name: str,
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY_BYTES,
) -> Preview:
    """`comparison.preview`, in a process of its own. Blocks.

    Raises Refused for a file that takes longer or more memory, and where too many are compared.
    """
    told = json.dumps(
        {
            **{"path": str(path), "kind": kind, "body": body, "states": states, "name": name},
            **{"language": language(), "seconds": seconds, "memory": memory},
        }
    )
    if not _places.acquire(timeout=_MAX_WAIT):
        raise Refused(
            503, _("many are uploading just now"), _("Upload the workbook again in a minute.")
        )
    try:
        done = subprocess.run(
            python_anew(__name__),
            input=told.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    finally:
        _places.release()
    try:
        found = json.loads(done.stdout[:_MAX_OUTPUT]) if done.returncode == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _too_much()
    return found


def _too_much() -> Refused:
    return Refused(
        413,
        _("the file takes more time or memory to read than a ledger workbook does"),
        _("Download the workbook anew, and copy what was filled in."),
    )


def main() -> None:
    """The process: limit itself, read, compare, answer."""
    told = json.loads(sys.stdin.buffer.read())
    _limit(told["seconds"], told["memory"])
    use(told["language"])
    found = preview_here(
        *(Path(told["path"]), told["kind"], told["body"], told["states"], told["name"])
    )
    sys.stdout.buffer.write(json.dumps(found).encode())


def preview_here(
    path: Path, kind: str, body: str, states: Mapping[str, tuple[Any, Any]], name: str
) -> Preview:
    """`comparison.preview`; a file with which something unforeseen goes wrong is refused."""
    try:
        return preview(path, kind, body, states, name)
    except MemoryError:
        raise
    except Exception:  # whatever a file does, the site goes on
        return unreadable()


def _limit(seconds: float, memory: int) -> None:
    """Limit this process, for good. Windows has no such limits: there the time counts alone."""
    try:
        import resource
    except ImportError:  # pragma: no cover
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
