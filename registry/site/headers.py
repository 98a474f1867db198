"""Headers that every response bears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.site import csp_hashes
from registry.site.asgi import Header, Message, Send
from registry.site.context import SiteContext

_SECURITY: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")
_SECURITY_NAMES: Final = {name for name, _value in _SECURITY}
_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CACHEABLE: Final = b"public, max-age=60"
"""How long anyone may keep a page. A publication is seen everywhere after a minute."""


def site_headers(site: SiteContext) -> list[Header]:
    """Headers that are added to every response of a site: security, and no indexing of a
    demonstration."""
    headers = security_headers()
    if site.file.has_demonstration:
        headers.append((b"x-robots-tag", b"noindex"))
    return headers


def with_charset(headers: Iterable[Header]) -> list[Header]:
    """Headers of a response, with the charset of a text that states none: all of ours is UTF-8."""
    return [
        (name, value + b"; charset=utf-8")
        if name.lower() == b"content-type" and value.startswith(b"text/") and b";" not in value
        else (name, value)
        for name, value in headers
    ]


def security_headers() -> list[Header]:
    """Headers for any response: the browser may do no more with it than these pages need."""
    script = " ".join(["'self'", *csp_hashes.recorded_hashes("script")])
    style = " ".join(["'self'", *csp_hashes.recorded_hashes("style")])
    policy = _POLICY.format(script=script, style=style).encode("ascii")
    return [*_SECURITY, (b"content-security-policy", policy)]


def over_tls(send: Send) -> Send:
    """`send`, with the word to browsers that this site is never asked without TLS."""

    async def send_with_hsts(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message.get("headers", []) if pair[0].lower() != _HSTS[0]]
            message = {**message, "headers": [*headers, _HSTS]}
        await send(message)

    return send_with_hsts


def final_headers(start: Mapping[str, Any], etag: bytes | None) -> list[Header]:
    """The headers of a response, with who may cache it and under which ETag.

    `start`: ASGI's http.response.start. Datasette takes whoever sends a cookie for somebody who
    signed in. Here nobody does, and the only cookie that counts is the language's, so that
    Datasette's Cache-Control is replaced.
    """
    headers: list[Header] = []
    vary: dict[bytes, None] = {}
    sets_cookie = False
    for name, value in start.get("headers", []):
        lower = name.lower()
        if lower == b"vary":
            vary |= dict.fromkeys(part.strip().lower() for part in value.split(b","))
        elif lower not in (b"cache-control", b"etag"):
            sets_cookie = sets_cookie or lower == b"set-cookie"
            if lower in _SECURITY_NAMES:  # Datasette sets some of them too, and ours, later, count
                headers = [(n, v) for n, v in headers if n != lower]
            headers.append((lower, value))
    vary.pop(b"authorization", None)  # which is taken off before anyone reads it
    if vary:
        headers.append((b"vary", b", ".join(vary)))
    if sets_cookie:
        headers.append((b"cache-control", b"private, no-store"))
    elif start["status"] in (200, 304):
        headers.append((b"cache-control", _CACHEABLE))
        if etag:
            headers.append((b"etag", etag))
    else:
        headers.append((b"cache-control", b"no-store"))
    return headers
