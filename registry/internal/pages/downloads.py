"""Downloads: the workbooks to fill in and the letters, as of the publication."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from registry.internal.request_context import current_request
from registry.site.pages import not_found, path_parameter, rows

_TYPES: Final = {
    "workbook": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "letter": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


async def download(datasette: Any, request: Any) -> Any:
    """One document. Its name goes into the access log."""
    from datasette.utils.asgi import Response

    kind = path_parameter(request, "kind")
    named = request.url_vars.get("instrument")
    instrument = path_parameter(request, "instrument") if named else None
    found = await rows(
        datasette,
        "SELECT name, content FROM downloads WHERE body = :body AND kind = :kind"
        " AND instrument = coalesce(:instrument, instrument) ORDER BY rowid LIMIT 1",
        {"body": path_parameter(request, "id"), "kind": kind, "instrument": instrument},
    )
    if not found:
        raise not_found()
    name = str(found[0]["name"])
    context = current_request.get()
    if context is not None:
        context.download = name
    plain = f"{kind}.{name.rpartition('.')[2]}"  # for clients that can't read `filename*`
    return Response(
        body=found[0]["content"],
        status=200,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''"
            + quote(name, safe="")
        },
        content_type=_TYPES[kind],
    )
