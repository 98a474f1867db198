"""Who is signed in, as pages name them: for the template `_who.html`."""

from __future__ import annotations

from typing import NamedTuple

from registry.internal import request_context as asked
from registry.locale import _
from registry.site.context import SiteContext


class Who(NamedTuple):
    """A user, and the name of the body the user is of."""

    user: str
    body: str


def who(site: SiteContext) -> Who | None:
    """Who asks for the page that is being made; None outside of such a request."""
    asking = asked.current.get()
    if asking is None:
        return None
    kind, body = asking.audience.kind, asking.audience.id
    if body is None:
        return Who(asking.user, _("Reform office"))
    _table, names = site.file.names.get(kind, ("", {}))
    return Who(asking.user, names.get(body, body))
