"""The access log: who signed in, asked what, took what away, and which users were changed.

Every request of somebody who is signed in has a line, written before the first byte of the answer:
what can't be logged is refused. The files are `log_chain`'s.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from registry.internal.audience import Audience
from registry.internal.errors import PrivateFileError
from registry.internal.log_chain import FILE_NAME, LogChain, json_line, parsed
from registry.locale import N_, _
from registry.model.config import AccessLogConfig

__all__ = ["FILE_NAME", "AccessLog", "AccessLogError", "LogQuotaExceeded", "json_line"]

Event = Literal[
    "sign-in",
    "sign-in-refused",
    "sign-out",
    "account",
    "user",
    "sql",
    "download",
    "read",
    "page",
    "inbox",
    "queries",
]
"""`read`: tables, rows and queries of ours, in whatever form; `page`: every other page; `user`:
a user was added, changed or removed; `account`: somebody's form on the own account."""

_UNWRITABLE: Final = N_("{path} can't be written: {detail}. Until it can be, nothing is shown.")
_WRITABLE_AGAIN: Final = N_("{path} is written again.")
_SYSLOG_FAILS: Final = N_("The access log can't be sent to {syslog}: {detail}. It is in its file.")
_AUTHPRIV_INFO: Final = 10 * 8 + 6  # facility and severity, as syslog numbers them
_MAX_VALUE_LENGTH: Final = 8_192
_REFUSALS_AN_HOUR: Final = 2_000
"""Lines on refused sign-ins that are written in an hour, of one name and address fewer; the others
are counted."""
_REFUSALS_OF_ONE: Final = 60


acting_user: ContextVar[str | None] = ContextVar("acting_user", default=None)
"""Who is signed in and does what is being logged; None: whoever uses this machine."""


class AccessLogError(PrivateFileError):
    """The log can't be written, so that what was asked is refused."""


class LogQuotaExceeded(AccessLogError):
    """A user has had as many lines written today as one user may."""


class AccessLog:
    """Writes `access.log` in a folder. `clock`: seconds, as time.time.

    `notify` is called with messages for the operator. `removes`: whether old files are removed; a
    command that writes a line leaves that to the server, which knows how long they are kept.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        notify: Callable[[str], None],
        config: AccessLogConfig | None = None,
        *,
        removes: bool = True,
    ) -> None:
        self.config = config or AccessLogConfig()
        self._chain = LogChain(folder, self.config.keep_days if removes else None)
        self.path = self._chain.path
        self._clock = clock
        self._notify = notify
        self._failing = False
        self._syslog = _Syslog(self.config.syslog, notify) if self.config.syslog else None
        self._day = ""
        self._spent: dict[str, int] = {}
        self._hour = -1
        self._refusals: dict[tuple[str, str], int] = {}
        self._left_out = 0

    def write(
        self,
        event: Event,
        *,
        user: str,
        audience: Audience | None = None,
        address: str = "",
        path: str = "",
        query: str = "",
        sql: str | None = None,
        rows: int | None = None,
        download: str | None = None,
        done: str | None = None,
        by: str | None = None,
        status: int | None = None,
    ) -> None:
        """Write a line, without the values that are not known.

        Raises AccessLogError where that fails, and LogQuotaExceeded.
        """
        moment = datetime.fromtimestamp(self._clock()).astimezone()
        self._begin_day(moment)
        left_out = None
        if event == "sign-in-refused":
            if not self._takes_refusal(user, address, moment):
                return
            left_out, self._left_out = self._left_out or None, 0
        elif event != "user":
            self._check_quota(user, event)
        values: dict[str, Any] = {
            "time": moment.isoformat("T", "seconds"),
            "event": event,
            "user": user,
            "role": audience and ("office" if audience.is_office else "viewer"),
            "body": audience and audience.id and f"{audience.kind}:{audience.id}",
            "address": address or None,
            "path": path or None,
            "query": query or None,
            "sql": sql,
            "rows": rows,
            "download": download,
            "done": done,
            "by": by or None,
            "status": status,
            "left_out": left_out,
        }
        entry = {key: _truncated(value) for key, value in values.items() if value is not None}
        line, size = self._append(entry, moment)
        self._spent[user] = self._spent.get(user, 0) + size
        if self._syslog is not None:
            self._syslog.send(line)

    def check(self, user: str) -> None:
        """Raise AccessLogError where a request of the user's would be refused in the end."""
        self._begin_day(datetime.fromtimestamp(self._clock()).astimezone())
        self._check_quota(user, "page")
        try:
            self._chain.probe()
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the connection to syslog."""
        if self._syslog is not None:
            self._syslog.close()

    def _append(self, entry: dict[str, Any], moment: datetime) -> tuple[str, int]:
        try:
            written = self._chain.append(entry, moment)
        except (OSError, PrivateFileError) as error:
            raise self._failed(error) from error
        if self._failing:
            self._failing = False
            self._notify(_(_WRITABLE_AGAIN).format(path=self.path))
        return written

    def _failed(self, error: Exception) -> AccessLogError:
        if not self._failing:  # told once, not for each line
            self._failing = True
            problem = getattr(error, "strerror", None) or str(error)
            self._notify(_(_UNWRITABLE).format(path=self.path, detail=problem))
        return AccessLogError(
            _("the access log can't be written, so nothing is shown"),
            _("Tell whoever runs this site."),
        )

    def _begin_day(self, moment: datetime) -> None:
        """Count anew what users had written; at a start what the day's lines say."""
        day = moment.date().isoformat()
        if day == self._day:
            return
        first = not self._day
        self._day, self._spent = day, {}
        if first:
            with suppress(OSError):
                for line in self._chain.lines_of_today():
                    fields = parsed(line)
                    if fields and str(fields.get("time", "")).startswith(day):
                        user = str(fields.get("user", ""))
                        self._spent[user] = self._spent.get(user, 0) + len(line)

    def _check_quota(self, user: str, event: Event) -> None:
        most = self.config.user_megabytes * 1_000_000
        if event in ("sign-in", "sign-out"):
            most += most // 10  # whoever has used it up can still leave
        if self._spent.get(user, 0) >= most:
            raise LogQuotaExceeded(
                _("you have asked for as much today as is logged of one user ({n} MB)").format(
                    n=self.config.user_megabytes
                ),
                _("Go on tomorrow, or ask whoever runs this site to raise the limit."),
            )

    def _takes_refusal(self, user: str, address: str, moment: datetime) -> bool:
        """Whether a refused sign-in gets a line: strangers must not fill the disk."""
        hour = int(moment.timestamp()) // 3_600
        if hour != self._hour:
            self._hour, self._refusals = hour, {}
        key = (user, address)
        if (
            self._refusals.get(key, 0) >= _REFUSALS_OF_ONE
            or sum(self._refusals.values()) >= _REFUSALS_AN_HOUR
        ):
            self._left_out += 1
            return False
        self._refusals[key] = self._refusals.get(key, 0) + 1
        return True


def _truncated(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _MAX_VALUE_LENGTH
    return f"{value[:_MAX_VALUE_LENGTH]}…" if is_long else value


class _Syslog:
    """Sends lines to a syslog as well: a socket's path, or HOST:PORT by UDP. Failing, it says so
    once: the file is what counts."""

    def __init__(self, place: str, notify: Callable[[str], None]) -> None:
        self._place, self._notify = place, notify
        self._failing = False
        self._socket: socket.socket | None = None

    def send(self, line: str) -> None:
        """Send a line."""
        try:
            if self._socket is None:
                self._socket = self._connect()
            self._socket.send(f"<{_AUTHPRIV_INFO}>registry-internal: {line}".encode())
            self._failing = False
        except OSError as error:
            self.close()
            if not self._failing:
                self._failing = True
                detail = error.strerror or str(error)
                self._notify(_(_SYSLOG_FAILS).format(syslog=self._place, detail=detail))

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        address: Any = self._place
        if self._place.startswith("/"):
            family = int(getattr(socket, "AF_UNIX", socket.AF_INET))
        else:
            host, _colon, port = self._place.rpartition(":")
            found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)
            family, address = found[0][0], found[0][4]
        opened = socket.socket(family, socket.SOCK_DGRAM)
        try:
            opened.setblocking(False)  # no request waits for it
            opened.connect(address)
        except BaseException:
            opened.close()
            raise
        return opened
