"""One file of a known kind -> its sheets: here, and as the whole of a process started anew."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

from registry.intake.formats.apart import answer
from registry.intake.formats.file_kind import Kind
from registry.intake.gc_pause import gc_paused
from registry.intake.grid import Sheet
from registry.locale import Language, use


def read_here(path: Path, kind: Kind) -> tuple[str | None, list[Sheet]]:
    """The encoding, where the file is text, and the sheets. The reader is imported with it."""
    if kind == "xlsx":
        from registry.intake.formats.xlsx import read as read_xlsx

        return None, read_xlsx(path)
    if kind == "xls":
        from registry.intake.formats.xls import read as read_xls

        return None, read_xls(path)
    if kind == "ods":
        from registry.intake.formats.ods import read as read_ods

        return None, read_ods(path)
    if kind == "docx":
        from registry.intake.formats.docx_tables import read as read_docx

        return None, read_docx(path)
    if kind == "pdf":
        from registry.intake.formats.pdf_tables import read as read_pdf

        return None, read_pdf(path)
    if kind == "html":
        from registry.intake.formats.html_tables import read as read_html

        return read_html(path)
    if kind == "json":
        from registry.intake.formats.json_records import read as read_json

        return read_json(path)
    from registry.intake.formats.text import read as read_text

    return read_text(path)


def main() -> None:
    """The process: a path, a kind, a language and seconds -> the answer on standard output."""
    path, kind, language, seconds = sys.argv[1:]
    use(cast(Language, language))
    into = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with gc_paused():
        answer(Path(path), cast(Kind, kind), read_here, into, int(seconds))
