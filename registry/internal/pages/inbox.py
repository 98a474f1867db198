"""The office's inbox: what waits, beside what stands; accepted or sent back with a word.

The site only notes the office's word. What it accepted is written to the working file by the
office's own process: `registry inbox accept --approved`.
"""

from __future__ import annotations

from typing import Any, Final

from registry.errors import RegistryError
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.forms import office_word
from registry.internal.inbox.ledger_state import LedgerState
from registry.internal.inbox.submission import OPEN, Refused, State, Submission
from registry.internal.pages.submissions import (
    asking,
    in_thread,
    ledger_state,
    render_submissions,
    seen_other,
    unread,
)
from registry.internal.uploads import Form
from registry.locale import _
from registry.site.pages import not_found, path_parameter, rows

_DONE: Final[tuple[State, ...]] = ("accepted", "sent-back")
_MAX_DONE: Final = 50
_SUFFIX: Final = ((b"PK", "xlsx"), (b"\xd0\xcf", "xls"))


async def inbox(datasette: Any, request: Any) -> Any:
    """Everything that waits, and what was decided last."""
    if not datasette.audience.is_office:
        raise not_found()
    _about, box = asking()
    try:
        open_ = await in_thread(box.list, OPEN)
        done = await in_thread(lambda: box.list(_DONE, limit=_MAX_DONE))
    except Refused as error:
        return await render_submissions(datasette, request, "no_inbox", error)
    return await render_submissions(
        datasette,
        request,
        "inbox",
        received=[one for one in open_ if one.state == "received"],
        approved=[one for one in open_ if one.state == "approved"],
        done=done,
    )


async def inbox_one(datasette: Any, request: Any) -> Any:
    """One submission beside what stands; takes the office's word on it."""
    if not datasette.audience.is_office:
        raise not_found()
    about, box = asking()
    no = int(path_parameter(request, "no"))
    refused = unread(about.refused) if about.refused else None
    word = ""
    if about.form is not None:
        word = office_word(about.form.fields.get("word", ""))
        try:
            about.done = await _decide(box, no, about.user, about.form, word)
            return seen_other(datasette.urls.path("/inbox"))
        except Refused as error:
            refused = error
        except RegistryError:
            raise not_found() from None
    try:
        one = await in_thread(box.get, no)
    except Refused as error:
        return await render_submissions(datasette, request, "no_inbox", error)
    except RegistryError:
        raise not_found() from None
    if one.state == "draft":
        raise not_found()
    state = await ledger_state(datasette, str(one.body.id), one.instrument)
    return await render_submissions(
        datasette,
        request,
        "inbox_one",
        refused,
        one=one,
        word=word,
        standing=_standing(one, state),
        finding=await _finding(datasette, one),
    )


async def _decide(box: Inbox, no: int, user: str, form: Form, word: str) -> str:
    """Note the office's word; what was done, for the log. Raises RegistryError."""
    action = form.fields.get("action")
    if action == "send-back":
        if not word:
            raise Refused(400, _("Say why it is sent back: the unit reads it."))
        await in_thread(box.decide, no, "sent-back", user, word)
    elif action == "accept":
        await in_thread(box.decide, no, "approved", user, word or None)
    else:
        raise unread(400)
    return f"{action} {no}"


def _standing(one: Submission, state: LedgerState | None) -> dict[tuple[str, str, str], str]:
    """Sheet, key and field → what the registry says now, as it was published."""
    if state is None:
        return {}
    if one.kind == "workbook":
        cells = [(cell["sheet"], cell["key"], cell["field"]) for cell in one.content["changes"]]
    else:
        names = ("done_on", "document", "url")
        cells = [("obligations", one.content["key"], name) for name in names]
    return {
        (sheet, key, name): state.stored[sheet][key].get(name, "")
        for sheet, key, name in cells
        if key in state.stored.get(sheet, {})
    }


async def _finding(datasette: Any, one: Submission) -> bool:
    """Whether the finding that a form is about is still there."""
    if one.fingerprint is None:
        return False
    found = await rows(
        datasette,
        "SELECT 1 FROM findings WHERE fingerprint = :id LIMIT 1",
        {"id": one.fingerprint},
    )
    return bool(found)


async def inbox_file(datasette: Any, request: Any) -> Any:
    """The workbook that was handed in, as it is. Its number goes into the access log."""
    from datasette.utils.asgi import Response

    if not datasette.audience.is_office:
        raise not_found()
    about, box = asking()
    no = int(path_parameter(request, "no"))
    try:
        one = await in_thread(box.get, no)
        if one.sha256 is None or one.state == "draft":
            raise not_found()
        content = await in_thread(box.file(one.sha256).read_bytes)
    except (RegistryError, OSError):
        raise not_found() from None
    suffix = next((name for start, name in _SUFFIX if content.startswith(start)), "bin")
    about.download = f"inbox {no}"
    return Response(
        body=content,
        status=200,
        headers={"content-disposition": f'attachment; filename="inbox-{no}.{suffix}"'},
        content_type="application/octet-stream",
    )
