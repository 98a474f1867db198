"""The signed-in user as pages show it, for the template `_current_user.html`."""

from __future__ import annotations

from typing import NamedTuple

from registry.internal.errors import PrivateFileError
from registry.internal.request_context import current_request
from registry.locale import _
from registry.site.context import SiteContext


class CurrentUser(NamedTuple):
    """The user's name, and the name of the department, zone or office the user belongs to."""

    user: str
    body: str


def current_user(site: SiteContext) -> CurrentUser | None:
    """Whose request is being answered; None outside of a signed-in user's request."""
    request = current_request.get()
    if request is None:
        return None
    kind, body = request.audience.kind, request.audience.id
    if body is None:
        return CurrentUser(request.user, _("Reform office"))
    _table, names = site.file.names.get(kind, ("", {}))
    return CurrentUser(request.user, names.get(body, body))


def inbox_waiting() -> int:
    """How many submissions wait for the office, of whose request this is; 0 for all others."""
    request = current_request.get()
    if request is None or request.inbox is None or not request.audience.is_office:
        return 0
    try:
        return request.inbox.waiting()
    except PrivateFileError:
        return 0  # its own page says so
