"""HTTP of the sign-in: what is read of a request, and the responses that are not Datasette's.

Nothing that a client says of itself is believed further than it must be.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from registry.locale import N_, _
from registry.site.asgi import Header, Message, Send
from registry.site.headers import security_headers
from registry.site.language_choice import without_choice

MAX_FORM_BYTES: Final = 16_384
_FORM_TIMEOUT: Final = 30.0  # seconds
_MAX_FORM_FIELDS: Final = 10
_MAX_REDIRECT_LENGTH: Final = 2_000
_MAX_COOKIES: Final = 4
FORM_TYPE: Final = "application/x-www-form-urlencoded"
_DATA_SUFFIXES: Final = (
    *(".json", ".jsono", ".csv", ".db", ".blob", ".xlsx", ".docx", ".txt", ".ico"),
)
_UNSAFE: Final = re.compile(r"[^!-~]|\\")  # not printable ASCII; browsers take `\` for `/`

CACHE_CONTROL: Final = b"no-store, private"
_CACHE_HEADERS: Final = frozenset({b"cache-control", b"etag", b"last-modified", b"expires", b"age"})
_LANGUAGE_COOKIE: Final = b"lang="

ERROR_TEXTS: Final[Mapping[int, str]] = {
    400: N_("This form can't be read."),
    401: N_("Sign in first."),
    403: N_("This form was not sent by a page of this site."),
    404: N_("There is no such page."),
    405: N_("This address can't be used this way."),
    408: N_("The form took too long to arrive."),
    411: N_("This form does not say how long it is."),
    413: N_("This form is too large."),
    415: N_("Only forms are taken."),
    500: N_("Something went wrong"),
    503: N_("Nobody can sign in just now. Tell whoever runs this site."),
}
"""Status → text of the response."""


class InvalidForm(Exception):
    """A form that is refused, with the HTTP status of the refusal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientDisconnected(Exception):
    """The client closed the connection before its form was whole: there is nobody to answer."""


# Requests.


def raw_path(scope: Mapping[str, Any]) -> bytes:
    """The path as it was sent, still percent-encoded: Datasette's routes match this one too."""
    raw: bytes | None = scope.get("raw_path")
    return raw or quote(scope["path"]).encode("ascii")


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """The values of a header, joined; "" where it is missing. `name`: in lower case."""
    values = (value for key, value in scope["headers"] if key.lower() == name)
    return b", ".join(values).decode("latin-1")


def cookie_values(scope: Mapping[str, Any], name: str) -> Iterator[str]:
    """The first values of a cookie: another site of the same domain may have set one too."""
    found = 0
    for key, value in scope["headers"]:
        if key.lower() != b"cookie":
            continue
        for part in value.decode("latin-1").split(";"):
            cookie, _equals, content = part.strip().partition("=")
            if cookie == name and found < _MAX_COOKIES:
                found += 1
                yield content


def wants_html(scope: Mapping[str, Any]) -> bool:
    """Whether a browser shows the response to somebody, who then is better led to the sign-in."""
    query = scope.get("query_string", b"").split(b"&")
    is_data = raw_path(scope).decode("latin-1").lower().endswith(_DATA_SUFFIXES)
    is_data = is_data or any(part.startswith(b"_format=") for part in query)
    accepts = "text/html" in header(scope, b"accept").lower()
    return scope["method"] in ("GET", "HEAD") and accepts and not is_data


def wants_json(scope: Mapping[str, Any]) -> bool:
    """Whether a program requests JSON."""
    query = scope.get("query_string", b"").split(b"&")
    accepts = "application/json" in header(scope, b"accept").lower()
    return accepts or b"_format=json" in query or raw_path(scope).endswith(b".json")


def requested_address(scope: Mapping[str, Any]) -> str:
    """Path and query of a request, to come back to after the sign-in, without its `_lang`."""
    query = without_choice(scope.get("query_string", b""))
    return local_address((raw_path(scope) + (b"?" + query if query else b"")).decode("latin-1"))


def local_address(address: str) -> str:
    """`address` if it is one of this site, and not of the sign-in; else "/"."""
    if (
        not address.startswith("/")
        or address.startswith(("//", "/-/sign-"))
        or len(address) > _MAX_REDIRECT_LENGTH
        or _UNSAFE.search(address)
    ):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else address


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether a page of this site sent the form, by headers that other sites' pages can't forge.

    A request without any of these headers counts as another site's.
    """
    fetch_site = header(scope, b"sec-fetch-site")
    if fetch_site:
        return fetch_site == "same-origin"
    # Browsers send the above over secure connections only.
    sender = header(scope, b"origin") or header(scope, b"referer")
    host = header(scope, b"host").lower()
    try:
        origin = urlsplit(sender)
    except ValueError:
        return False
    # Who is asked over TLS has no page without.
    schemes = ("https",) if scope.get("scheme") == "https" else ("http", "https")
    return bool(host) and origin.scheme in schemes and origin.netloc.lower() == host


async def read_form(scope: Mapping[str, Any], receive: Any) -> dict[str, str]:
    """Fields and values of a form; of a field given twice, the first value.

    Raises InvalidForm and ClientDisconnected.
    """
    if form_type(scope) != FORM_TYPE:
        raise InvalidForm(415)
    return form_fields(await read_form_body(scope, receive, MAX_FORM_BYTES, _FORM_TIMEOUT))


def form_type(scope: Mapping[str, Any]) -> str:
    """The type that a request says its body is of, without parameters."""
    return header(scope, b"content-type").partition(";")[0].strip().lower()


async def read_form_body(
    scope: Mapping[str, Any], receive: Any, most: int, timeout: float
) -> bytes:
    """The body of a form. `most`: bytes; `timeout`: seconds.

    Raises InvalidForm and ClientDisconnected.
    """
    if header(scope, b"transfer-encoding"):  # of no browser's form, and it may never end
        raise InvalidForm(411)
    length = header(scope, b"content-length") or "0"
    if not re.fullmatch("[0-9]{1,12}", length):
        raise InvalidForm(400)
    if int(length) > most:
        raise InvalidForm(413)
    try:
        return await asyncio.wait_for(_read_body(receive, most), timeout)
    except asyncio.TimeoutError:
        raise InvalidForm(408) from None


def form_fields(body: bytes) -> dict[str, str]:
    """Fields and values of a body of FORM_TYPE; of a field given twice, the first value.

    Raises InvalidForm.
    """
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MAX_FORM_FIELDS,
            encoding="utf-8",
            errors="strict",
        )
    except ValueError:  # not ASCII, not UTF-8, or too many fields
        raise InvalidForm(400) from None
    return {name: values[0] for name, values in fields.items()}


async def _read_body(receive: Any, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise InvalidForm(413)
        if not message.get("more_body", False):
            return b"".join(parts)


# Responses.


@dataclass(frozen=True)
class Response:
    """A whole response."""

    status: int
    body: bytes = b""
    content_type: bytes = b"text/plain; charset=utf-8"
    headers: list[Header] = field(default_factory=list)

    async def send(self, scope: Mapping[str, Any], send: Send) -> None:
        """Send it with secure headers; to HEAD without its body."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", str(len(self.body)).encode("ascii")),
            *self.headers,
        ]
        body = b"" if scope["method"] == "HEAD" else self.body
        start: Message = {"status": self.status, "headers": secure_headers(headers)}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": body})


def error_response(status: int, scope: Mapping[str, Any], *headers: Header) -> Response:
    """A short response for one of `ERROR_TEXTS`: JSON for programs, else text."""
    return refusal(status, scope, _(ERROR_TEXTS[status]), *headers)


def refusal(status: int, scope: Mapping[str, Any], text: str, *headers: Header) -> Response:
    """A short response with a text of its own."""
    if wants_json(scope):
        body = json.dumps({"ok": False, "status": status, "error": text}, ensure_ascii=False)
        return Response(status, f"{body}\n".encode(), b"application/json", list(headers))
    return Response(status, f"{text}\n".encode(), headers=list(headers))


def redirect(address: str, *headers: Header) -> Response:
    """A redirect within this site; the browser requests the new address by GET."""
    return Response(303, headers=[(b"location", address.encode("ascii")), *headers])


def secure_headers(headers: Iterable[Header]) -> list[Header]:
    """Headers of a response, with those that keep it out of caches, search engines and frames."""
    kept = [(n.lower(), v) for n, v in headers if n.lower() not in _CACHE_HEADERS]
    names = {name for name, _value in kept}
    added = [(name, value) for name, value in security_headers() if name not in names]
    if b"x-robots-tag" not in names:
        added.append((b"x-robots-tag", b"noindex"))
    return [*kept, *added, (b"cache-control", CACHE_CONTROL)]


def secure_app_headers(headers: Iterable[Header]) -> list[Header]:
    """As `secure_headers`, for a response of Datasette: it sets no cookie but the language's."""
    return secure_headers(
        (name, value)
        for name, value in headers
        if name.lower() != b"set-cookie" or value.startswith(_LANGUAGE_COOKIE)
    )
