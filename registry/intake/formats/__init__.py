"""Table files of every kind -> sheets: one module a format, behind `read_sheets`.

The readers are imported when a file needs them: most of them bring a large library along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.files import file_digest
from registry.intake.formats.apart import read_apart
from registry.intake.formats.archive import declared_size
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.file_kind import Kind, Source, detect_kind
from registry.intake.formats.reading import read_here
from registry.intake.gc_pause import gc_paused
from registry.intake.grid import Sheet
from registry.intake.problems import refuse
from registry.locale import _

_USUAL_UNPACKED: Final = 48 << 20
"""Bytes that the parts of a workbook or document unpack to, at the most, in most lists."""
_USUAL_SIZE: Final = 32 << 20
_USUAL_TREE: Final = 4 << 20
"""Bytes of a text, and of a text that becomes a tree of objects."""

__all__ = ["Kind", "Source", "read_sheets", "read_source"]


def read_sheets(path: Path, *, hidden: bool = False) -> list[Sheet]:
    """Every table in a file; `hidden`: with what people don't see, as if they did.

    Raises InputError for anything that is wrong, and nothing else.
    """
    return read_source(path, hidden=hidden)[1]


def read_source(path: Path, *, hidden: bool = False) -> tuple[Source, list[Sheet]]:
    """The same, with what the file turned out to be."""
    try:
        with library_errors_refused(path), gc_paused():
            kind = detect_kind(path)
            digest = file_digest(path)
            if _may_grow(path, kind):
                encoding, sheets = read_apart(path, kind, read_here)
            else:
                encoding, sheets = read_here(path, kind)
    except OSError as error:
        refuse(
            path,
            _("the file can't be read: {error}").format(error=error.strerror or error),
            _("Check that it is there, and that you may read it."),
        )
    if hidden:
        for sheet in sheets:
            sheet.reveal()
    return Source(path, kind, encoding, digest), sheets


def _may_grow(path: Path, kind: Kind) -> bool:
    """Whether the file may ask for more memory or time than is worth no process of its own."""
    if kind == "pdf":
        return True
    if kind in ("xlsx", "ods", "docx"):
        return declared_size(path) > _USUAL_UNPACKED
    return path.stat().st_size > (_USUAL_TREE if kind in ("html", "json") else _USUAL_SIZE)
