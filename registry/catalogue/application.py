"""Datasette, made to serve one public file. Importing this imports Datasette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from registry.catalogue.pages import ROUTES
from registry.site.application import HostedDatasette
from registry.site.robots import ROBOTS_ROUTES
from registry.site.search.page import SEARCH_ROUTES

TEMPLATES: Final = Path(__file__).parent / "templates"


class Catalogue(HostedDatasette):
    """The application on one public file."""

    cors = True
    routes: Sequence[tuple[str, Callable[..., Any]]] = (*ROBOTS_ROUTES, *SEARCH_ROUTES, *ROUTES)

    def template_folders(self) -> Sequence[Path]:
        """The pages of the catalogue."""
        return (TEMPLATES,)
