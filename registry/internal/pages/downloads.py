"""Downloads: the workbooks to fill in, letters and reports, as of the publication."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from registry.internal.request_context import current_request
from registry.locale import N_, _
from registry.site.pages import not_found, path_parameter, rows

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES: Final = {"workbook": _XLSX, "letter": _DOCX, "progress": _DOCX, "audit": _XLSX}
_ARCHIVES: Final = {
    "letters": ("letter", N_("Letters {day}.zip")),
    "workbooks": ("workbook", N_("Workbooks to fill in {day}.zip")),
}
"""Name in the address → the kind of paper that the archive holds, and its file name."""

_PART: Final = (
    "SELECT content FROM downloads WHERE body = :body AND kind = :kind"
    " AND instrument = :instrument AND part = :part"
)


async def download(datasette: Any, request: Any) -> Any:
    """One document. Its name goes into the access log."""
    kind = path_parameter(request, "kind")
    named = request.url_vars.get("instrument")
    instrument = path_parameter(request, "instrument") if named else None
    found = await rows(
        datasette,
        "SELECT body, kind, instrument, name FROM downloads WHERE body = :body AND kind = :kind"
        " AND instrument = coalesce(:instrument, instrument) ORDER BY rowid LIMIT 1",
        {"body": path_parameter(request, "id"), "kind": kind, "instrument": instrument},
    )
    if not found:
        raise not_found()
    name = str(found[0].pop("name"))
    return _attachment(name, kind, _TYPES[kind], await _content(datasette, found[0]))


async def archive(datasette: Any, request: Any) -> Any:
    """All letters, or all workbooks to fill in, that are in the audience's file, as one ZIP."""
    named = path_parameter(request, "kind")
    kind, called = _ARCHIVES[named]
    found = await rows(
        datasette,
        "SELECT body, kind, instrument, name FROM downloads WHERE kind = :kind AND part = 0"
        " ORDER BY rowid",
        {"kind": kind},
    )
    if not found:
        raise not_found()
    # One after the other: all of them together would be more than one query may give.
    papers = [(str(one.pop("name")), await _content(datasette, one)) for one in found]
    content = await asyncio.to_thread(_zipped, papers, datasette.site.file.as_of)
    name = _(called).format(day=datasette.site.file.as_of)
    return _attachment(name, named, "application/zip", content)


async def _content(datasette: Any, key: dict[str, Any]) -> bytes:
    """A document, put together of its parts."""
    parts: list[bytes] = []
    while found := await rows(datasette, _PART, {**key, "part": len(parts)}):
        parts.append(found[0]["content"])
    return b"".join(parts)


def _zipped(papers: Iterable[tuple[str, bytes]], as_of: str) -> bytes:
    """The papers in an archive, each under its name; of those of one name the later are numbered.

    They bear the day of the data, so that the archive is the same however often it is made.
    """
    year, month, day = map(int, as_of.split("-"))
    buffer = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(buffer, "w") as packed:  # not compressed again: the papers are
        for name, content in papers:
            path, n = PurePath(name), 1
            while name in taken:
                n += 1
                name = f"{path.stem}-{n}{path.suffix}"
            taken.add(name)
            entry = zipfile.ZipInfo(name, (max(year, 1980), month, day, 0, 0, 0))
            entry.external_attr = 0o600 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


def _attachment(name: str, plain: str, content_type: str, content: bytes) -> Any:
    """The response with a file. `plain`: its name for clients that can't read `filename*`."""
    from datasette.utils.asgi import Response

    context = current_request.get()
    if context is not None:
        context.download = name
    plain = f"{plain}{PurePath(name).suffix}"
    return Response(
        body=content,
        status=200,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''"
            + quote(name, safe="")
        },
        content_type=content_type,
    )
