"""What is checked of a request, and taken off it, before Datasette sees it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from registry.locale import LANGUAGES, _
from registry.site.asgi import Header
from registry.site.language_choice import COOKIE

_HOST: Final = re.compile(rb"(?:[A-Za-z0-9._-]*|\[(?P<address>[0-9A-Fa-f:.]+)\])(?::[0-9]{0,5})?")
_MAX_PATH_BYTES: Final = 1_024
_MAX_QUERY_BYTES: Final = 4_096
_MAX_FACETS: Final = 8  # each is a count over the whole table
_MAX_FILTER: Final = 200
"""Characters of a filter's value. Patterns are compared with every row, and a comparison takes as
long as both multiplied."""
_COOKIES: Final = frozenset(f"{COOKIE}={one}".encode("ascii") for one in LANGUAGES)
"""Others, and languages that there are not, may hold bytes that nobody can read."""


def check_request(scope: Mapping[str, Any]) -> tuple[int, str] | None:
    """The status and text with which to turn a request away; None for one to be answered."""
    if not names_host(scope):
        return 400, _("This address can't be understood.")
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
    query: bytes = scope.get("query_string", b"")
    if scope["method"] not in ("GET", "HEAD"):
        return 405, _("This catalogue can only be read.")
    if len(path) > _MAX_PATH_BYTES or len(query) > _MAX_QUERY_BYTES:
        return 414, _("This address is too long.")
    # `//host` is another site's address to a browser; other bytes are no address at all.
    if path.startswith((b"//", b"/\\")) or not path.isascii() or b"%00" in path:
        return 404, _("There is no such page.")
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    if (
        sum(key.startswith("_facet") and key != "_facet_size" for key, _value in pairs)
        > _MAX_FACETS
    ):
        return 400, _("Count by {n} columns at the most.").format(n=_MAX_FACETS)
    if any("__" in key and len(value) > _MAX_FILTER for key, value in pairs):
        return 400, _("A filter has {n} characters at the most.").format(n=_MAX_FILTER)
    return None


def names_host(scope: Mapping[str, Any]) -> bool:
    """Whether the host that a request names, if it does, is one: addresses are made of it."""
    hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
    return all(map(_is_host, hosts))


def _is_host(host: bytes) -> bool:
    found = _HOST.fullmatch(host)
    if found is None or found["address"] is None:
        return found is not None
    try:
        ipaddress.IPv6Address(found["address"].decode("ascii"))
    except ValueError:
        return False
    return True


def strip_identity(headers: list[Header]) -> list[Header]:
    """A request's headers without cookies and credentials; a cookie with a language stays."""
    kept = []
    for name, value in headers:
        if name.lower() == b"cookie":
            cookies = (one.strip() for one in value.split(b";"))
            value = b"; ".join(one for one in cookies if one in _COOKIES)
            if not value:
                continue
        elif name.lower() in (b"authorization", b"range"):
            continue
        kept.append((name, value))
    return kept
