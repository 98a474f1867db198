"""What the pages of the inbox share: who asks, what was sent, states of the ledger, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, Final, TypeVar

from registry.internal.audience import Audience
from registry.internal.errors import PrivateFileError
from registry.internal.inbox.comparison import field_heading, sheet_title
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.ledger_state import SHARED, LedgerState, unpacked
from registry.internal.inbox.submission import (
    KINDS,
    MAX_TEXT,
    MAX_UPLOAD_BYTES,
    OPEN,
    Refused,
    Submission,
    label,
)
from registry.internal.pages.common import body_name, render_internal_page
from registry.internal.request_context import RequestContext, current_request
from registry.locale import N_, _, language
from registry.site.pages import Row, not_found, rows

Result = TypeVar("Result")

_UNREAD: Final[Mapping[int, str]] = {
    400: N_("This form can't be read. Go back, and send it once more."),
    403: N_("This form was not sent by a page of this site. Send it from here."),
    408: N_("The form took too long to arrive. Send it once more."),
    413: N_("This is larger than {megabytes} MB. Take pictures and other sheets out of it."),
    415: N_("Only forms of this site are taken."),
}
"""Status → why a form was not read at all."""
_UNREAD_SHORT: Final = N_("This is longer than the form takes.")


def asking() -> tuple[RequestContext, Inbox]:
    """The request of somebody who is signed in, and the inbox. Raises NotFound without one."""
    request = current_request.get()
    if request is None or request.inbox is None:
        raise not_found()
    return request, request.inbox


def unread(status: int, *, upload: bool = False) -> Refused:
    """The refusal of a form that was not read."""
    if status == 413 and not upload:
        return Refused(413, _(_UNREAD_SHORT))
    text = _(_UNREAD.get(status, _UNREAD[400]))
    return Refused(status, text.format(megabytes=MAX_UPLOAD_BYTES >> 20))


async def in_thread(work: Callable[..., Result], *values: Any) -> Result:
    """Do what blocks. Raises Refused (503) where the inbox can't be used, and what `work` does."""
    try:
        return await asyncio.to_thread(work, *values)
    except PrivateFileError as error:
        raise Refused(
            503, _("the inbox can't be used just now"), _("Tell the reform office.")
        ) from error


async def ledger_rows(datasette: Any, body: str) -> dict[str, tuple[Row, Row]]:
    """Instrument → the published rows of which a `LedgerState` of the body is made."""
    found = await rows(
        datasette,
        "SELECT instrument, body, content FROM ledger_states WHERE body IN (:shared, :body)",
        {"shared": SHARED, "body": body},
    )
    by_key = {(row["instrument"], row["body"]): row["content"] for row in found}
    return {
        instrument: (unpacked(by_key[instrument, SHARED]), unpacked(content))
        for (instrument, of), content in by_key.items()
        if of == body
    }


async def ledger_state(datasette: Any, body: str, instrument: str) -> LedgerState | None:
    """The state of a body's ledger of one instrument; None where it has none."""
    found = (await ledger_rows(datasette, body)).get(instrument)
    return LedgerState.of(*found) if found else None


async def waiting_for(body: Audience) -> dict[str, Submission]:
    """Fingerprints of findings, and keys of obligations, that something open is about."""
    request = current_request.get()
    if request is None or request.inbox is None:
        return {}
    try:
        open_ = await in_thread(request.inbox.list, OPEN, body)
    except Refused:
        return {}
    return {what: one for one in reversed(open_) for what in _subjects(one)}


def _subjects(one: Submission) -> Iterable[str]:
    if one.fingerprint:
        return (one.fingerprint,)
    return {cell["key"] for cell in one.content["changes"] if cell["sheet"] == "obligations"}


async def render_submissions(
    datasette: Any, request: Any, template: str, refused: Refused | None = None, **context: Any
) -> Any:
    """A page of the inbox; with the status and reason of a refusal, where there is one."""
    shared = {
        "refused": refused,
        "said_of": said_of,
        "called": lambda one: body_name(datasette.site, one.body.id),
        "kind_name": lambda one: _(KINDS[one.kind]),
        "state_name": label,
        "moment": moment,
        "title_of": title_of,
        "by_row": by_row,
        "sheet_title": sheet_title,
        "field_heading": field_heading,
        "megabytes": MAX_UPLOAD_BYTES >> 20,
        "max_text": MAX_TEXT,
    }
    response = await render_internal_page(datasette, request, template, **{**shared, **context})
    if refused is not None:
        response.status = refused.status
    return response


def said_of(refused: Refused) -> str:
    """A refusal as a sentence."""
    text = str(refused)
    return text[:1].upper() + text[1:]


def moment(at: str) -> str:
    """A moment as people write it: day, hour and minute."""
    return at[:16].replace("T", " ")


def by_row(cells: list[Row]) -> list[list[Row]]:
    """Changed cells, those of one row together; what is new has no key, and is its own row."""
    grouped = groupby(cells, key=lambda cell: (cell["sheet"], cell["key"], cell["row"]))
    return [list(under) for _key, under in grouped]


def title_of(one: Submission) -> str:
    """What a submission is about, in one line."""
    if one.kind == "workbook":
        return _("{n:,} cells are filled in or changed").format(n=one.content["cells"])
    return str(one.content[f"message_{language()}"])


def seen_other(address: str) -> Any:
    """The response that leads on after a form was taken: asking again sends nothing twice."""
    from datasette.utils.asgi import Response

    return Response.redirect(address, status=303)
