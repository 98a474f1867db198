"""Which language a request is answered in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.catalogue.site import Site
from registry.locale import Language


def choose(site: Site, scope: Mapping[str, Any]) -> Language:
    """The language for an ASGI request: the site's own."""
    return site.language
