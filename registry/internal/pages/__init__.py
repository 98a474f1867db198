"""Pages of the internal site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from registry.internal.pages.account import account
from registry.internal.pages.answer_form import answer_form
from registry.internal.pages.answers import answer, answers
from registry.internal.pages.bodies import department, zone
from registry.internal.pages.chief import home
from registry.internal.pages.downloads import archive, download
from registry.internal.pages.finding import finding
from registry.internal.pages.inbox import inbox, inbox_file, inbox_one
from registry.internal.pages.progress import progress
from registry.internal.pages.rules import rule, rules
from registry.internal.pages.sql import saved_query, sql_page

ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [
    (r"^/$", home),
    (r"^/progress$", progress),
    (r"^/zone/(?P<id>[^/]+)$", zone),
    (r"^/department/(?P<id>[^/]+)$", department),
    (r"^/finding/(?P<id>[^/]+)$", finding),
    (r"^/account$", account),
    (r"^/rules$", rules),
    (r"^/rule/(?P<id>[^/]+)$", rule),
    (r"^/sql$", sql_page),
    (r"^/sql/saved/(?P<id>[^/]+)$", saved_query),
    (r"^/answers$", answers),
    (r"^/answers/(?P<no>[0-9]{1,9})$", answer),
    (r"^/answer/(?P<id>[0-9a-f]{1,64})$", answer_form),
    (r"^/inbox$", inbox),
    (r"^/inbox/(?P<no>[0-9]{1,9})$", inbox_one),
    (r"^/inbox/(?P<no>[0-9]{1,9})/file$", inbox_file),
    (
        r"^/download/(?P<id>[^/]+)/(?P<kind>workbook|letter|progress|audit)"
        r"(?:/(?P<instrument>[^/]+))?$",
        download,
    ),
    (r"^/download/(?P<kind>letters|workbooks)\.zip$", archive),
]
"""Pattern of an address → the view that answers it, as Datasette's hook register_routes asks."""
