"""A body answers online: uploads its workbook, sees what it would change, and submits it."""

from __future__ import annotations

from typing import Any

from registry.errors import RegistryError
from registry.internal.inbox.child import preview_apart
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import NewSubmission, Refused
from registry.internal.pages.common import OPEN as TO_MEND
from registry.internal.pages.common import downloads_of
from registry.internal.pages.progress import OF_BODY
from registry.internal.pages.submissions import (
    asking,
    in_thread,
    ledger_rows,
    render_submissions,
    seen_other,
    unread,
)
from registry.internal.uploads import Form
from registry.locale import _
from registry.site.pages import not_found, path_parameter, rows


async def answers(datasette: Any, request: Any) -> Any:
    """What the body handed in, and the form for its workbook; takes the workbook."""
    body = datasette.audience
    if body.is_office:
        raise not_found()
    about, inbox = asking()
    refused = unread(about.refused, upload=True) if about.refused else None
    preview: dict[str, Any] | None = None
    if about.form is not None:
        try:
            no, preview = await _upload(datasette, inbox, about.user, about.form)
            if no is not None:
                about.done = f"draft {no}"
                return seen_other(datasette.urls.path(f"/answers/{no}"))
        except Refused as error:
            refused = error
    if preview is not None:
        refused = Refused(preview["status"], _("The workbook was not taken."))
    try:
        handed_in = await in_thread(inbox.list, (), body)
    except Refused as error:
        handed_in, refused = [], refused or error
    return await render_submissions(
        datasette,
        request,
        "answers",
        refused,
        preview=preview,
        file_name=about.form.file_name if about.form else "",
        handed_in=handed_in,
        downloads=[d for d in await downloads_of(datasette, body.id) if d["kind"] == "workbook"],
        to_mend=await _to_mend(datasette, body.id),
    )


async def _upload(
    datasette: Any, inbox: Inbox, user: str, form: Form
) -> tuple[int | None, dict[str, Any] | None]:
    """The number of a new draft; or None, and what is wrong with the file. Raises Refused."""
    body = datasette.audience
    await in_thread(inbox.count_attempt, user, "upload")
    if not form.file:
        raise Refused(400, _("no file was chosen"), _("Choose the workbook that you filled in."))
    digest, path = await in_thread(inbox.keep_file, form.file)
    try:
        states = await ledger_rows(datasette, body.id)
        name = form.file_name or _("the file")
        preview = await in_thread(preview_apart, path, body.kind, body.id, states, name)
        if preview["status"] != 200:
            return None, preview
        content = {**preview, "file_name": form.file_name}
        new = NewSubmission(
            *("workbook", body, user, preview["instrument"], content),
            sha256=digest,
            size=len(form.file),
        )
        return await in_thread(inbox.add, new, "draft"), None
    finally:
        await in_thread(inbox.drop_unused, digest)


async def _to_mend(datasette: Any, body: str) -> int:
    found = await rows(
        datasette,
        f"SELECT count(*) AS n FROM findings WHERE {TO_MEND} AND fingerprint IN {OF_BODY}",
        {"body": body},
    )
    return int(found[0]["n"])


async def answer(datasette: Any, request: Any) -> Any:
    """One submission of the body: what it says and what became of it; submits or drops a draft."""
    body = datasette.audience
    if body.is_office:
        raise not_found()
    about, inbox = asking()
    no = int(path_parameter(request, "no"))
    refused = unread(about.refused) if about.refused else None
    if about.form is not None:
        try:
            done = await _decide(inbox, no, datasette, about.user, about.form)
            about.done = f"{done} {no}"
            return seen_other(
                datasette.urls.path("/answers" + ("" if done == "drop" else f"/{no}"))
            )
        except Refused as error:
            refused = error
        except RegistryError:
            raise not_found() from None
    try:
        one = await in_thread(inbox.get, no, body)
    except Refused as error:
        return await render_submissions(datasette, request, "no_inbox", error)
    except RegistryError:
        raise not_found() from None
    return await render_submissions(datasette, request, "answer", refused, one=one)


async def _decide(inbox: Inbox, no: int, datasette: Any, user: str, form: Form) -> str:
    """Submit the draft, or drop it; which of them was done. Raises RegistryError."""
    action = form.fields.get("action")
    if action == "submit":
        await in_thread(inbox.submit, no, datasette.audience, user)
    elif action == "drop":
        await in_thread(inbox.discard, no, datasette.audience)
    else:
        raise unread(400)
    return action
