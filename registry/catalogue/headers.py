"""Headers that every answer bears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.catalogue.site import Site

Header = tuple[bytes, bytes]


def headers_of(site: Site, scope: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Header]:
    """What is added to an answer's headers. `answer`: ASGI's http.response.start."""
    headers = [(b"x-content-type-options", b"nosniff")]
    if site.file.has_demonstration:
        headers.append((b"x-robots-tag", b"noindex"))
    return headers
