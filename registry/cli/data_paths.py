"""Where data files come from: the current folder, else the copy that the package carries."""

from __future__ import annotations

from pathlib import Path
from typing import Final

METADATA: Final = "datasette-metadata.yml"
WAIVERS: Final = "waivers.yml"
CONFIG: Final = "registry.toml"
WORDS: Final = "words.yml"

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def _shipped_folder() -> Path:
    """The folder of the copies in an installed package; in a checkout, the checkout itself."""
    carried = _PACKAGE / "carried"
    return carried if carried.is_dir() else _PACKAGE.parent


def data_root() -> tuple[Path, bool]:
    """The data folder, and whether it is the carried copy."""
    here = Path("data")
    if (here / "calendar").is_dir() or any(here.glob("*/instrument.yml")):
        return here, False
    return _shipped_folder() / "data", True


def calendar_folder() -> tuple[Path, bool]:
    """The calendar folder, and whether it is the carried copy."""
    here = Path("data", "calendar")
    if here.is_dir():
        return here, False
    return _shipped_folder() / "data" / "calendar", True


def metadata_file() -> Path:
    """Datasette's metadata file."""
    here = Path(METADATA)
    return here if here.is_file() else _shipped_folder() / METADATA
