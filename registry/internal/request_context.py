"""What the access log says about the request that is being answered."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from registry.internal.audience import Audience
from registry.internal.saved_queries import SavedQueries


@dataclass
class RequestContext:
    """The signed-in user, and the queries that users keep. What answers fills in the rest: a query
    and its rows, or a download."""

    user: str
    audience: Audience
    sql: str | None = None
    rows: int | None = None
    download: str | None = None
    queries: SavedQueries | None = None


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
"""None outside of a request of somebody who is signed in."""
