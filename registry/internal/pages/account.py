"""The page of the user's own account: password, sessions, second factor."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final, NamedTuple

from registry.catalogue.pages.qr_code import draw_qr_code
from registry.internal.account import DONE, PROBLEMS
from registry.internal.browsers import browser_name
from registry.internal.errors import PrivateFileError
from registry.internal.pages.common import render_internal_page
from registry.internal.password_strength import MIN_LENGTH, problem_text
from registry.internal.password_strength import PROBLEMS as PASSWORD_PROBLEMS
from registry.internal.request_context import current_request
from registry.internal.second_factor import enrolment_address
from registry.internal.sessions import IDLE_MINUTES, LIFETIME_HOURS, Session
from registry.locale import N_, _
from registry.site.pages import not_found

_UNKNOWN: Final = N_("unknown browser")


class SessionRow(NamedTuple):
    """A session as the page lists it."""

    no: int
    browser: str
    address: str
    began: str
    seen: str
    is_current: bool


async def account(datasette: Any, request: Any) -> Any:
    """The page; what a form did, or why it did not, stands in its address."""
    about = current_request.get()
    if about is None or about.account is None:
        raise not_found()
    try:
        view = about.account()
    except PrivateFileError:
        raise not_found() from None
    asked, done = str(request.args.get("problem") or ""), str(request.args.get("done") or "")
    site = str(datasette.site.metadata.get("title") or "")
    return await render_internal_page(
        datasette,
        request,
        "account",
        view=view,
        sessions=[_row(one, view.current) for one in view.sessions],
        at=str(request.args.get("at") or ""),
        done=_(DONE[done]) if done in DONE else "",
        problem=_problem(asked),
        min_length=MIN_LENGTH,
        minutes=IDLE_MINUTES,
        hours=LIFETIME_HOURS,
        since=_time(view.user.second_factor.since) if view.user.second_factor else "",
        qr=draw_qr_code(enrolment_address(view.pending, view.user.name, site))
        if view.pending
        else "",
        secret=" ".join(re.findall("....", view.pending)) if view.pending else "",
    )


def _problem(key: str) -> str:
    for password_problem in PASSWORD_PROBLEMS:
        if key == password_problem:
            return problem_text(password_problem)
    return _(PROBLEMS[key]) if key in PROBLEMS else ""


def _row(session: Session, current: Session) -> SessionRow:
    return SessionRow(
        session.no,
        browser_name(session.agent) or _(_UNKNOWN),
        session.address,
        _time(datetime.fromtimestamp(session.began)),
        _time(datetime.fromtimestamp(session.seen)),
        session.no == current.no,
    )


def _time(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
