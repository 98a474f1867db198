"""A body answers one finding online: by a paper that meets it, or by an explanation."""

from __future__ import annotations

from typing import Any

from registry.internal.inbox.database import Inbox
from registry.internal.inbox.forms import (
    MAX_DOCUMENT,
    MAX_LINK,
    FilledForm,
    can_prove,
    filled_explanation,
    filled_proof,
)
from registry.internal.inbox.ledger_state import LedgerState
from registry.internal.inbox.submission import NewSubmission, Refused, Submission, SubmissionKind
from registry.internal.pages.common import application_of
from registry.internal.pages.submissions import (
    asking,
    in_thread,
    ledger_state,
    render_submissions,
    seen_other,
    unread,
    waiting_for,
)
from registry.internal.uploads import Form
from registry.locale import _
from registry.site.pages import Row, not_found, path_parameter, rows

_OWED = (
    "SELECT f.* FROM findings AS f JOIN finding_bodies AS b ON b.fingerprint = f.fingerprint"
    " WHERE f.fingerprint = :id AND b.body = :body AND f.status IN ('alarm', 'manual')"
)


async def answer_form(datasette: Any, request: Any) -> Any:
    """The form for one finding that the body owes; takes it."""
    body = datasette.audience
    if body.is_office:
        raise not_found()
    about, inbox = asking()
    found = await rows(datasette, _OWED, {"id": path_parameter(request, "id"), "body": body.id})
    if not found:
        raise not_found()
    one = found[0]
    state = await ledger_state(datasette, body.id, str(one["instrument"]))
    provable = can_prove(one, state)
    refused = unread(about.refused) if about.refused else None
    filled = FilledForm({}, {})
    kind = "form" if provable else "explanation"
    if about.form is not None:
        try:
            kind, filled, no = await _take(datasette, inbox, about.user, one, state, about.form)
            if no is not None:
                about.done = f"submit {no}"
                return seen_other(datasette.urls.path(f"/answers/{no}"))
            refused = Refused(400, _("The answer was not taken: see what is said at the fields."))
        except Refused as error:
            refused, filled = error, FilledForm(dict(about.form.fields), {})
    waiting = await waiting_for(body)
    application = await application_of(datasette, one)
    return await render_submissions(
        datasette,
        request,
        "answer_form",
        refused,
        one=one,
        rule=application,
        provable=provable,
        kind=kind,
        filled=filled,
        max_document=MAX_DOCUMENT,
        max_link=MAX_LINK,
        waiting=_waiting(waiting, one),
        today=inbox.moment()[:10],
    )


async def _take(
    datasette: Any, inbox: Inbox, user: str, one: Row, state: LedgerState | None, form: Form
) -> tuple[SubmissionKind, FilledForm, int | None]:
    """What kind of answer a form is, what it says, and the number it has now; None: it is not
    taken. Raises Refused."""
    await in_thread(inbox.count_attempt, user, "form")
    kind: SubmissionKind
    if form.fields.get("kind") == "explanation":
        kind, filled = "explanation", filled_explanation(one, form.fields)
    elif form.fields.get("kind") == "form" and state is not None and can_prove(one, state):
        kind, filled = "form", filled_proof(one, state, form.fields, inbox.moment()[:10])
    else:
        raise unread(400)
    if filled.problems:
        return kind, filled, None
    new = NewSubmission(
        *(kind, datasette.audience, user, str(one["instrument"]), filled.content),
        fingerprint=str(one["fingerprint"]),
    )
    return kind, filled, await in_thread(inbox.add, new, "received")


def _waiting(waiting: dict[str, Submission], one: Row) -> Submission | None:
    return waiting.get(str(one["fingerprint"]))
