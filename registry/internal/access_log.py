"""The access log: who signed in, asked what in SQL, and took what away. One JSON object a line."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, Literal

from registry.internal.audience import Audience
from registry.locale import N_, _

LOG: Final = "access.log"
SIZE: Final = 10_000_000
FILES: Final = 20

Event = Literal["sign-in", "sign-in-refused", "sign-out", "sql", "download"]

_FAILED: Final = N_("{path} can't be written: {detail}. The site goes on, unlogged.")
_AGAIN: Final = N_("{path} is written again.")
_LONGEST: Final = 8_192


class AccessLog:
    """Writes `access.log`. `clock`: seconds, as time.time; `tell`: what an operator should read.

    A file that would grow beyond `size` bytes is put aside; of those `files` are kept.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        tell: Callable[[str], None],
        *,
        size: int = SIZE,
        files: int = FILES,
    ) -> None:
        self.path = folder / LOG
        self._clock = clock
        self._tell = tell
        self._failing = False
        self._handler = _Handler(self.path, size, files, self._failed)

    def note(
        self,
        event: Event,
        *,
        user: str,
        audience: Audience | None = None,
        address: str = "",
        path: str = "",
        sql: str | None = None,
        rows: int | None = None,
        download: str | None = None,
        status: int | None = None,
    ) -> None:
        """Write a line. What is not known is left out. Never fails."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(self._clock()).astimezone().isoformat("T", "seconds"),
            "event": event,
            "user": user,
            "role": audience and ("office" if audience.is_office else "viewer"),
            "body": audience and audience.id and f"{audience.kind}:{audience.id}",
            "address": address or None,
            "path": path or None,
            "sql": sql,
            "rows": rows,
            "download": download,
            "status": status,
        }
        said = {key: _cut(value) for key, value in told.items() if value is not None}
        self._handler.problem = None
        self._handler.handle(logging.makeLogRecord({"msg": one_line(said)}))
        if self._failing and self._handler.problem is None:
            self._failing = False
            self._tell(_(_AGAIN).format(path=self.path))

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()

    def _failed(self, problem: str) -> None:
        if not self._failing:  # once, not for each line
            self._failing = True
            self._tell(_(_FAILED).format(path=self.path, detail=problem))


def one_line(told: dict[str, Any]) -> str:
    """JSON with Chinese as it is, and everything that a terminal would not print escaped."""
    text = json.dumps(told, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def _cut(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _LONGEST
    return f"{value[:_LONGEST]}…" if is_long else value


class _Handler(RotatingFileHandler):
    """Keeps its files from others' eyes, and says what goes wrong instead of printing it."""

    def __init__(self, path: Path, size: int, files: int, failed: Callable[[str], None]) -> None:
        self._failed = failed
        self.problem: str | None = None
        # `delay`: a file that can't be opened is no reason not to serve.
        super().__init__(path, maxBytes=size, backupCount=files, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(self.baseFilename, flags, 0o600)
        if os.name == "posix":  # it may have been there, open to others
            os.fchmod(handle, 0o600)
        return os.fdopen(handle, self.mode, encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:
        """Called inside of an `except`."""
        error = sys.exc_info()[1]
        self.problem = getattr(error, "strerror", None) or str(error)
        self._failed(self.problem)
