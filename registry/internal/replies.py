"""Answers that the gate gives itself, and what every answer bears."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.internal.requests import wants_json
from registry.locale import N_, _
from registry.site.asgi import Header, Message, Send
from registry.site.headers import security_headers

CACHE: Final = b"no-store, private"
_OUR_COOKIE: Final = b"lang="
_DROPPED: Final = frozenset({b"cache-control", b"etag", b"last-modified", b"expires", b"age"})

TEXTS: Final[Mapping[int, str]] = {
    400: N_("This form can't be read."),
    401: N_("Sign in first."),
    403: N_("This form was not sent by a page of this site."),
    404: N_("There is no such page."),
    405: N_("This address can't be used this way."),
    408: N_("The form took too long to arrive."),
    413: N_("This form is too large."),
    415: N_("Only forms are taken."),
    500: N_("Something went wrong"),
    503: N_("Nobody can sign in just now. Tell whoever runs this site."),
}
"""Status → what is said with it."""


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes = b""
    kind: bytes = b"text/plain; charset=utf-8"
    headers: list[Header] = field(default_factory=list)

    async def give(self, scope: Mapping[str, Any], send: Send) -> None:
        """Send it; without its body where only the headers were asked for."""
        headers = [
            (b"content-type", self.kind),
            (b"content-length", str(len(self.body)).encode("ascii")),
            *self.headers,
        ]
        body = b"" if scope["method"] == "HEAD" else self.body
        start: Message = {"status": self.status, "headers": guarded(headers)}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": body})


def error(status: int, scope: Mapping[str, Any], *headers: Header) -> Reply:
    """A short answer that something can't be had: JSON for programs, else text."""
    text = _(TEXTS[status])
    if wants_json(scope):
        body = json.dumps({"ok": False, "status": status, "error": text}, ensure_ascii=False)
        return Reply(status, f"{body}\n".encode(), b"application/json", list(headers))
    return Reply(status, f"{text}\n".encode(), headers=list(headers))


def redirect(address: str, *headers: Header) -> Reply:
    """Lead elsewhere on this site, to be asked for by GET."""
    return Reply(303, headers=[(b"location", address.encode("ascii")), *headers])


def guarded(headers: Iterable[Header]) -> list[Header]:
    """An answer's headers: kept by nobody, in no search engine, and as secure as ours are."""
    kept = [(n.lower(), v) for n, v in headers if n.lower() not in _DROPPED]
    known = {name for name, _value in kept}
    added = [(name, value) for name, value in security_headers() if name not in known]
    if b"x-robots-tag" not in known:
        added.append((b"x-robots-tag", b"noindex"))
    return [*kept, *added, (b"cache-control", CACHE)]


def from_inside(headers: Iterable[Header]) -> list[Header]:
    """Headers of an answer of the inner application: it sets no cookie but the language's."""
    return guarded(
        (name, value)
        for name, value in headers
        if name.lower() != b"set-cookie" or value.startswith(_OUR_COOKIE)
    )
