"""What the gate reads of a request, and trusts no further than it must."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from registry.site.language_choice import without_choice

LARGEST_FORM: Final = 16_384
_SECONDS: Final = 30.0
_LONGEST_NEXT: Final = 2_000
_MOST_COOKIES: Final = 4
_FORM: Final = "application/x-www-form-urlencoded"
_DATA: Final = (".json", ".jsono", ".csv", ".db", ".blob", ".xlsx", ".docx", ".txt", ".ico")
_UNSAFE: Final = re.compile(r"[^!-~]|\\")  # not printable ASCII; browsers take `\` for `/`


class BadForm(Exception):
    """A form that is not read: `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """Who asked has left before the form was whole."""


def raw_path(scope: Mapping[str, Any]) -> bytes:
    """The path as it was sent: Datasette's routes read this one, and so do we."""
    raw: bytes | None = scope.get("raw_path")
    return raw or quote(scope["path"]).encode("ascii")


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """The values of a header, as one."""
    found = (value for key, value in scope["headers"] if key.lower() == name)
    return b", ".join(found).decode("latin-1")


def cookies(scope: Mapping[str, Any], name: str) -> Iterator[str]:
    """The values of a cookie: another site of the same domain may have set one before ours."""
    found = 0
    for key, value in scope["headers"]:
        if key.lower() != b"cookie":
            continue
        for part in value.decode("latin-1").split(";"):
            called, _equals, told = part.strip().partition("=")
            if called == name and found < _MOST_COOKIES:
                found += 1
                yield told


def address_of(scope: Mapping[str, Any], behind_proxy: bool) -> str:
    """Who asks; behind a proxy as the proxy says, which writes the last entry."""
    client = scope.get("client")
    direct = str(client[0]) if client else ""
    if not behind_proxy:
        return direct
    told = header(scope, b"x-forwarded-for").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return direct


def wants_page(scope: Mapping[str, Any]) -> bool:
    """Whether somebody looks at the answer in a browser, and so is better led to the sign-in."""
    query = scope.get("query_string", b"").split(b"&")
    is_data = raw_path(scope).decode("latin-1").lower().endswith(_DATA)
    is_data = is_data or any(part.startswith(b"_format=") for part in query)
    accepts = "text/html" in header(scope, b"accept").lower()
    return scope["method"] in ("GET", "HEAD") and accepts and not is_data


def wants_json(scope: Mapping[str, Any]) -> bool:
    """Whether a program asks for JSON."""
    query = scope.get("query_string", b"").split(b"&")
    accepts = "application/json" in header(scope, b"accept").lower()
    return accepts or b"_format=json" in query or raw_path(scope).endswith(b".json")


def address_asked_for(scope: Mapping[str, Any]) -> str:
    """Path and query of a request, to come back to; in the language that is chosen by then."""
    query = without_choice(scope.get("query_string", b""))
    return local((raw_path(scope) + (b"?" + query if query else b"")).decode("latin-1"))


def local(address: str) -> str:
    """An address of this site and no other; the first page where it is none."""
    if (
        not address.startswith("/")
        or address.startswith(("//", "/-/sign-"))
        or len(address) > _LONGEST_NEXT
        or _UNSAFE.search(address)
    ):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else address


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether a page of ours sent the form, by what browsers say and pages can't forge.

    What says nothing of itself is taken for another's.
    """
    site = header(scope, b"sec-fetch-site")
    if site:
        return site == "same-origin"
    # Browsers tell the above only where the connection is secure.
    told = header(scope, b"origin") or header(scope, b"referer")
    host = header(scope, b"host").lower()
    try:
        origin = urlsplit(told)
    except ValueError:
        return False
    return bool(host) and origin.scheme in ("http", "https") and origin.netloc.lower() == host


async def read_form(scope: Mapping[str, Any], receive: Any) -> dict[str, str]:
    """The fields of a form; of a field given twice, the first. Raises BadForm and Gone."""
    if header(scope, b"content-type").partition(";")[0].strip().lower() != _FORM:
        raise BadForm(415)
    length = header(scope, b"content-length") or "0"
    if not re.fullmatch("[0-9]{1,12}", length):
        raise BadForm(400)
    if int(length) > LARGEST_FORM:
        raise BadForm(413)
    try:
        body = await asyncio.wait_for(_body(receive), _SECONDS)
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=10,
            encoding="utf-8",
            errors="strict",
        )
    except asyncio.TimeoutError:
        raise BadForm(408) from None
    except ValueError:  # nor ASCII, nor UTF-8, or too many fields
        raise BadForm(400) from None
    return {name: values[0] for name, values in fields.items()}


async def _body(receive: Any) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > LARGEST_FORM:
            raise BadForm(413)
        if not message.get("more_body", False):
            return body
