"""What the access log says about the request that is being answered."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from registry.internal.account import AccountView
from registry.internal.audience import Audience
from registry.internal.inbox.database import Inbox
from registry.internal.saved_queries import SavedQueries
from registry.internal.uploads import Form


@dataclass
class RequestContext:
    """The signed-in user, and the queries that users keep. What answers fills in what the log says:
    a query and its rows, a download, or what was `done` in the inbox.

    `form`: what the user handed in; `refused`: the status with which a form is refused that was
    not read. Neither: a page is asked for. `account`: gives what the page of the own account shows.
    """

    user: str
    audience: Audience
    sql: str | None = None
    rows: int | None = None
    download: str | None = None
    queries: SavedQueries | None = None
    done: str | None = None
    inbox: Inbox | None = None
    form: Form | None = None
    refused: int | None = None
    account: Callable[[], AccountView] | None = None


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
"""None outside of a request of somebody who is signed in."""
