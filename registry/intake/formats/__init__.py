"""Table files of every kind -> sheets: one module a format, behind `read_sheets`.

The readers are imported when a file needs them: most of them bring a large library along.
"""

from __future__ import annotations

from pathlib import Path

from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.file_kind import Kind, Source, detect_kind, file_digest
from registry.intake.gc_pause import gc_paused
from registry.intake.grid import Sheet
from registry.intake.problems import refuse
from registry.locale import _

__all__ = ["Kind", "Source", "file_digest", "read_sheets", "read_source"]


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
            encoding, sheets = _read(path, kind)
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


def _read(path: Path, kind: Kind) -> tuple[str | None, list[Sheet]]:
    if kind == "xlsx":
        from registry.intake.formats import xlsx

        return None, xlsx.read(path)
    if kind == "xls":
        from registry.intake.formats import xls

        return None, xls.read(path)
    if kind == "ods":
        from registry.intake.formats import ods

        return None, ods.read(path)
    if kind == "docx":
        from registry.intake.formats import docx_tables

        return None, docx_tables.read(path)
    if kind == "pdf":
        from registry.intake.formats import pdf_tables

        return None, pdf_tables.read(path)
    if kind == "html":
        from registry.intake.formats import html_tables

        return html_tables.read(path)
    if kind == "json":
        from registry.intake.formats import json_records

        return json_records.read(path)
    from registry.intake.formats import text

    return text.read(path)
