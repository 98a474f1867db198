"""What the request under way is about, as the access log tells it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from registry.internal.audience import Audience


@dataclass
class Asked:
    """Who asks. Whoever answers fills in the rest: a query and its rows, or a download's name."""

    user: str
    audience: Audience
    sql: str | None = None
    rows: int | None = None
    download: str | None = None


current: ContextVar[Asked | None] = ContextVar("asked", default=None)
"""None outside of a request of somebody who is signed in."""
