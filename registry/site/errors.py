"""What keeps a file from being published or served. Light to import."""

from __future__ import annotations

from pathlib import Path

from registry.errors import RegistryError
from registry.locale import _


class SiteError(RegistryError):
    """Why a file can't be published or served, or a port not be taken."""


def no_folder(path: Path) -> SiteError:
    """A folder to write to that is missing."""
    return SiteError(
        _("there is no folder {path}").format(path=path),
        _("Make it, or name another file with -o."),
    )
