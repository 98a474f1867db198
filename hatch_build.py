"""Compile the message catalogues when a wheel, or an editable install, is built."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Babel writes the day on which it runs, and the same source would give another wheel each time.
_DAY = datetime(2020, 2, 2, tzinfo=timezone.utc)


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Turn every registry/locale/*/LC_MESSAGES/*.po into the .mo that gettext reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in Path(self.root, "registry", "locale").glob("*/LC_MESSAGES/*.po"):
            with po.open("rb") as source:
                catalogue = read_po(source)
            catalogue.creation_date = catalogue.revision_date = _DAY
            with po.with_suffix(".mo").open("wb") as target:
                write_mo(target, catalogue)
