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

FILE_NAME: Final = "access.log"
MAX_BYTES: Final = 10_000_000
KEPT_FILES: Final = 20

Event = Literal["sign-in", "sign-in-refused", "sign-out", "sql", "download", "inbox", "account"]

_UNWRITABLE: Final = N_("{path} can't be written: {detail}. The site goes on, unlogged.")
_WRITABLE_AGAIN: Final = N_("{path} is written again.")
_MAX_VALUE_LENGTH: Final = 8_192


class AccessLog:
    """Writes `access.log` in a folder. `clock`: seconds, as time.time.

    A file that would grow beyond `max_bytes` is rotated; `kept_files` rotated ones are kept.
    `notify` is called with messages for the operator.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        notify: Callable[[str], None],
        *,
        max_bytes: int = MAX_BYTES,
        kept_files: int = KEPT_FILES,
    ) -> None:
        self.path = folder / FILE_NAME
        self._clock = clock
        self._notify = notify
        self._failing = False
        self._handler = _PrivateFileHandler(self.path, max_bytes, kept_files, self._report_failure)

    def write(
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
        done: str | None = None,
        status: int | None = None,
    ) -> None:
        """Write a line, without the values that are not known. Never raises."""
        values: dict[str, Any] = {
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
            "done": done,
            "status": status,
        }
        entry = {key: _truncated(value) for key, value in values.items() if value is not None}
        self._handler.problem = None
        self._handler.handle(logging.makeLogRecord({"msg": json_line(entry)}))
        if self._failing and self._handler.problem is None:
            self._failing = False
            self._notify(_(_WRITABLE_AGAIN).format(path=self.path))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()

    def _report_failure(self, problem: str) -> None:
        if not self._failing:  # once, not for each line
            self._failing = True
            self._notify(_(_UNWRITABLE).format(path=self.path, detail=problem))


def json_line(entry: dict[str, Any]) -> str:
    """JSON in one line: Chinese as it is, characters that are not printable escaped."""
    text = json.dumps(entry, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _truncated(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _MAX_VALUE_LENGTH
    return f"{value[:_MAX_VALUE_LENGTH]}…" if is_long else value


class _PrivateFileHandler(RotatingFileHandler):
    """Its files are readable for their owner only; errors go to `on_failure`, not to stderr."""

    def __init__(
        self, path: Path, max_bytes: int, kept_files: int, on_failure: Callable[[str], None]
    ) -> None:
        self._on_failure = on_failure
        self.problem: str | None = None
        # `delay`: a file that can't be opened is no reason not to serve.
        super().__init__(
            path, maxBytes=max_bytes, backupCount=kept_files, encoding="utf-8", delay=True
        )

    def _open(self) -> Any:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(self.baseFilename, flags, 0o600)
        if os.name == "posix":  # an older file may be readable for others
            os.fchmod(handle, 0o600)
        return os.fdopen(handle, self.mode, encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:
        """Report the exception that is being handled."""
        error = sys.exc_info()[1]
        self.problem = getattr(error, "strerror", None) or str(error)
        self._on_failure(self.problem)
