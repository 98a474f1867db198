"""Datasette, made to serve one published file. Importing this imports Datasette."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from registry.catalogue import plugin
from registry.catalogue.published import connect_published
from registry.catalogue.site import DATABASE, Site

_FOLDER: Final = Path(__file__).parent


class PublishedDatabase(Database):  # type: ignore[misc]  # Datasette has no types
    """A published file: nobody writes it, whatever characters are in its name."""

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, str(path), is_mutable=False)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection that reads."""
        conn = connect_published(Path(self.path))
        self._all_file_connections.append(conn)
        return conn


class Catalogue(Datasette):  # type: ignore[misc]
    """Datasette on one published file, and on nothing else, under a name that never changes."""

    def __init__(self, site: Site, settings: Mapping[str, Any]) -> None:
        # Set first: hooks are called while Datasette is being made.
        self.site = site
        if not pm.is_registered(plugin):
            pm.register(plugin)
        super().__init__(
            metadata=dict(site.metadata),
            settings=dict(settings),
            template_dir=str(_FOLDER / "templates"),
            static_mounts=[("static", str(_FOLDER / "static"))],
        )
        self.remove_database("_memory")  # which is there because no file was named
        self.add_database(PublishedDatabase(self, site.file.path), name=DATABASE)
