"""Pages of the internal site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from registry.internal.pages.bodies import department, zone
from registry.internal.pages.downloads import download
from registry.internal.pages.finding import finding
from registry.internal.pages.progress import progress
from registry.internal.pages.rules import rule, rules
from registry.internal.pages.sql import sql_page

ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/$", progress),
    (r"^/zone/(?P<id>[^/]+)$", zone),
    (r"^/department/(?P<id>[^/]+)$", department),
    (r"^/finding/(?P<id>[^/]+)$", finding),
    (r"^/rules$", rules),
    (r"^/rule/(?P<id>[^/]+)$", rule),
    (r"^/sql$", sql_page),
    (r"^/download/(?P<id>[^/]+)/(?P<kind>workbook|letter)(?:/(?P<instrument>[^/]+))?$", download),
]
"""Pattern of an address → the view that answers it, as Datasette's hook register_routes asks."""
