"""Pages of our own, where a table of Datasette's is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from registry.catalogue.pages.bodies import department, zone
from registry.catalogue.pages.changes import changes, feed
from registry.catalogue.pages.data import data, file, table_csv
from registry.catalogue.pages.data_package import csvw, data_package
from registry.catalogue.pages.discovery import opensearch, sitemap
from registry.catalogue.pages.home import home
from registry.catalogue.pages.item import item
from registry.catalogue.pages.notice import notice

ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/$", home),
    (r"^/item/(?P<id>[^/]+)$", item),
    (r"^/zone/(?P<id>[^/]+)$", zone),
    (r"^/department/(?P<id>[^/]+)$", department),
    (r"^/notice(?:/(?P<id>[^/]+))?$", notice),
    (r"^/changes$", changes),
    (r"^/changes\.atom$", feed),
    (r"^/data$", data),
    (r"^/data/(?P<table>[a-z_]+)\.csv$", table_csv),
    (r"^/data/catalogue\.db$", file),
    (r"^/data/datapackage\.json$", data_package),
    (r"^/data/csv-metadata\.json$", csvw),
    (r"^/sitemap(?:-(?P<number>[0-9]{1,4}))?\.xml$", sitemap),
    (r"^/opensearch\.xml$", opensearch),
]
"""Pattern of an address → the view that answers it, as Datasette's hook register_routes asks."""
