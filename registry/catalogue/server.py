"""The public catalogue as it is served: of one file, or of whatever a folder's `current` names.

Datasette is imported lazily, inside the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from registry.catalogue.projection import PUBLIC
from registry.locale import Language
from registry.site.context import SiteContext
from registry.site.published import open_published, refuse_outdated
from registry.site.server import SETTINGS
from registry.site.titles import with_titles


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

    published = open_published(file)
    refuse_outdated(published, PUBLIC.schemas)
    site = SiteContext(published, with_titles(deepcopy(dict(metadata)), published), language)
    return Catalogue(site, {**SETTINGS, **(settings or {})})


def make_hot_swap_app(
    folder: Path,
    metadata: Mapping[str, Any],
    notify: Callable[[str], None],
    *,
    language: Language = "zh",
    interval: float = 1.0,
) -> Any:
    """An application that serves what the folder's `current` names, and changes when that does.

    Raises SiteError where it names no published file to begin with.
    """
    from registry.site.hot_swap import HotSwapApp

    def open_file(path: Path) -> Any:
        return make_app(path, metadata, language=language)

    return HotSwapApp(folder, open_file, notify, interval=interval)
