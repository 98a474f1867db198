"""Answers that are sent once they are in the access log, and what it calls them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlencode

from registry.internal.access_log import AccessLogError, Event, LogQuotaExceeded
from registry.internal.http import Response, refusal
from registry.internal.request_context import RequestContext
from registry.site.asgi import Message, Scope, Send
from registry.site.context import DATABASE

_DATA: Final = re.compile(rf"{DATABASE}\b", re.IGNORECASE)
_ENDING: Final = re.compile(r"\.(?:csv|jsono?)$")
_SQL_PARAMETER: Final = re.compile(r"(?:^|&)(?:sql|_where|%)")


def event_of(request: RequestContext, scope: Scope) -> Event:
    """What the access log calls a request, by what answered it and by its address."""
    if request.form is not None or request.refused is not None:
        return "inbox"
    path = str(scope["path"])
    if request.download is not None or path.endswith(".blob"):
        return "download"
    if request.sql is not None:
        return "sql"
    first, _slash, _rest = path.lstrip("/").partition("/")
    is_data = "~" in first or _DATA.match(first) or _ENDING.search(path)
    return "read" if is_data else "page"


def query_without_sql(scope: Scope) -> str:
    """The query string without the SQL, which the log names by itself."""
    query: str = scope.get("query_string", b"").decode("latin-1")
    if not _SQL_PARAMETER.search(query):
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] not in ("sql", "_where")])


class LoggedAnswer:
    """Sends an answer on once it is logged; one that can't be is not sent. `begun`: whether its
    beginning was sent, or refused."""

    def __init__(self, scope: Scope, send: Send, log: Callable[[int], None]) -> None:
        self._scope, self._send, self._log = scope, send, log
        self._refused = False
        self.begun = False

    async def send(self, message: Message) -> None:
        """Send a message of the answer."""
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self.begun = True
            try:
                self._log(message["status"])
            except AccessLogError as error:
                self._refused = True
                await unlogged(error, self._scope).send(self._scope, self._send)
                return
        await self._send(message)


def unlogged(error: AccessLogError, scope: Scope) -> Response:
    """The response instead of what can't be logged."""
    text = str(error)
    text = text[:1].upper() + text[1:]
    if isinstance(error, LogQuotaExceeded):
        return refusal(429, scope, text, (b"retry-after", b"3600"))
    return refusal(503, scope, text, (b"retry-after", b"60"))
