"""The public catalogue as it is served: of one file, or of whatever a folder's `current` names.

Datasette is imported lazily, inside the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from registry.locale import Language
from registry.site.context import Site
from registry.site.published import open_published
from registry.site.server import SETTINGS


def make_app(
    file: Path,
    metadata: Mapping[str, Any],
    *,
    language: Language = "zh",
    settings: Mapping[str, Any] | None = None,
) -> Any:
    """A Datasette instance that serves `file`, and nothing else, under the name `catalogue`.

    Raises SiteError for a file that is not a published projection.
    """
    from registry.catalogue.application import Catalogue

    site = Site(open_published(file), deepcopy(dict(metadata)), language)
    return Catalogue(site, {**SETTINGS, **(settings or {})})


def make_switch(
    folder: Path,
    metadata: Mapping[str, Any],
    tell: Callable[[str], None],
    *,
    language: Language = "zh",
    every: float = 1.0,
) -> Any:
    """An application that serves what the folder's `current` names, and changes when that does.

    Raises SiteError where it names no published file to begin with.
    """
    from registry.site.hot_swap import Switch

    def open_file(path: Path) -> Any:
        return make_app(path, metadata, language=language)

    return Switch(folder, open_file, tell, every=every)
