"""Headers that every answer bears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from registry.site import csp_hashes as inline
from registry.site.context import Site

Header = tuple[bytes, bytes]

_ALWAYS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
_OURS: Final = {name for name, _value in _ALWAYS}
_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC: Final = b"public, max-age=60"
"""How long anyone may keep a page. A publication is seen everywhere after a minute."""


def headers_of(site: Site, scope: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Header]:
    """What is added to an answer's headers. `answer`: ASGI's http.response.start."""
    headers = security()
    if site.file.has_demonstration:
        headers.append((b"x-robots-tag", b"noindex"))
    return headers


def security() -> list[Header]:
    """What an answer bears whatever it is: it allows no more than these pages need."""
    return [*_ALWAYS, (b"content-security-policy", _policy())]


def _policy() -> bytes:
    script = " ".join(["'self'", *inline.allowed("script")])
    style = " ".join(["'self'", *inline.allowed("style")])
    return _POLICY.format(script=script, style=style).encode("ascii")


def settled(answer: Mapping[str, Any], tag: bytes | None) -> list[Header]:
    """The headers of a finished answer: how long it keeps, under which tag, and for whom.

    Datasette takes whoever sends a cookie for somebody. Here nobody signs in, and the only cookie
    that counts is the language's, so that its word on caching is replaced.
    """
    headers: list[Header] = []
    vary: dict[bytes, None] = {}
    sets_cookie = False
    for name, value in answer.get("headers", []):
        lower = name.lower()
        if lower == b"vary":
            vary |= dict.fromkeys(part.strip().lower() for part in value.split(b","))
        elif lower not in (b"cache-control", b"etag"):
            sets_cookie = sets_cookie or lower == b"set-cookie"
            if lower in _OURS:  # Datasette says some of them too, and the last word is ours
                headers = [(n, v) for n, v in headers if n != lower]
            headers.append((lower, value))
    vary.pop(b"authorization", None)  # which is taken off before anyone reads it
    if vary:
        headers.append((b"vary", b", ".join(vary)))
    if sets_cookie:
        headers.append((b"cache-control", b"private, no-store"))
    elif answer["status"] in (200, 304):
        headers.append((b"cache-control", PUBLIC))
        if tag:
            headers.append((b"etag", tag))
    else:
        headers.append((b"cache-control", b"no-store"))
    return headers
