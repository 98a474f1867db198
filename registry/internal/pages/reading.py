"""What every internal page does: name bodies, tell urgency, and fill a template."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from markupsafe import Markup, escape

from registry.audit.law import LAW
from registry.internal.audience import Audience
from registry.locale import N_, _, language, list_separator
from registry.report.labels import severity_word, status_word
from registry.report.progress.wording import percent
from registry.site.context import SiteContext
from registry.site.pages import (
    Row,
    departments_of,
    encoded,
    rows,
    table_address,
    zh,
)
from registry.site.pages import render_page as fill_page

OPEN: Final = "status = 'alarm' AND severity <> 'info' AND waived = 0"
"""Findings that somebody still has to mend. What is done late is of severity `info`."""

OVERDUE: Final = f"{OPEN} AND days_overdue > 0"

URGENCY: Final = (
    "f.waived, CASE f.status WHEN 'alarm' THEN 0 ELSE 1 END,"
    " CASE f.severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 2 ELSE 3 END,"
    " coalesce(f.days_overdue, -1) DESC, f.code, f.subject_id"
)
"""The order in which findings, as `f`, are dealt with."""

_CHINESE: Final = re.compile("([\u4e00-\u9fff〔〕“”]*[\u4e00-\u9fff][\u4e00-\u9fff〔〕0-9“”、]*)")
_OFFICE: Final = N_("the reform office")
_PARTIES: Final = {
    "department": N_("the municipal department"),
    "zone": N_("the development zone"),
    "office": _OFFICE,
}


async def fill(datasette: Any, request: Any, template: str, **context: Any) -> Any:
    """The page that a template of the internal site makes."""
    headings = await rows(datasette, "SELECT id, instrument, heading FROM clauses")
    shared = {
        "audience": datasette.audience,
        "body": partial(body_link, datasette),
        "bodies": partial(bodies_of, datasette),
        "departments": partial(department_links, datasette),
        "deadline_address": partial(deadline_address, datasette),
        "text": text,
        "mixed": mixed,
        "party": party,
        "severity_word": severity_word,
        "status_word": status_word,
        "percent": percent,
        "clause_links": partial(clause_links, datasette, headings),
        "late": late,
    }
    return await fill_page(datasette, request, template, **{**shared, **context})


def kind_of(site: SiteContext, body: str) -> str | None:
    """Whether a body is a department or a zone; None where it is neither."""
    return next((kind for kind in ("department", "zone") if body in site.file.names[kind][1]), None)


def may_see(audience: Audience, body: str) -> bool:
    """Whether the page of a body is in the file of an audience."""
    return audience.is_office or audience.id == body


def body_name(site: SiteContext, body: str) -> str:
    """The short name of a department or zone, or of the office."""
    kind = kind_of(site, body)
    return site.file.names[kind][1][body] if kind else _(_OFFICE) if body == "office" else body


def body_link(datasette: Any, body: str) -> Markup:
    """The name of a body, with a link to its page for those who may see it."""
    name = zh(body_name(datasette.site, body))
    kind = kind_of(datasette.site, body)
    if kind is None or not may_see(datasette.audience, body):
        return name
    address = datasette.urls.path(f"/{kind}/{encoded(body)}")
    return Markup('<a href="{}">{}</a>').format(address, name)


def bodies_of(datasette: Any, owed_by: str) -> Markup:
    """Names of the bodies that owe something; ids joined by ;"""
    links = [body_link(datasette, one) for one in owed_by.split(";") if one]
    return Markup(list_separator()).join(links)


def department_links(datasette: Any, names: str | None) -> Markup:
    """The departments of an item, by the short names that it gives."""
    found = departments_of(datasette.site, names)
    return Markup(list_separator()).join(
        body_link(datasette, key) if key else zh(name) for key, name in found
    )


def deadline_address(datasette: Any, row: Row) -> str:
    """The address of the table of what falls due together."""
    filters = {name: row[name] for name in ("due_on", "duty", "zone", "owed_by")}
    if row["owing"]:
        filters["department"] = row["owing"]
    return table_address(datasette, "obligations", status="pending", **filters)


def party(owed_by: str) -> str:
    """Who owes what a rule demands, in general; kinds joined by ;"""
    return list_separator().join(
        _(_PARTIES[one]) if one in _PARTIES else one for one in owed_by.split(";")
    )


def text(row: Row, name: str) -> str:
    """A text that a row holds in both languages."""
    return str(row[f"{name}_{language()}"] or "")


def mixed(words: str) -> Markup:
    """A text of the page's language, in which names may be Chinese: those are said to be."""
    if language() == "zh":
        return escape(words)
    parts = (
        Markup('<span lang="zh-CN">{}</span>').format(part) if n % 2 else escape(part)
        for n, part in enumerate(_CHINESE.split(words))
    )
    return Markup("").join(parts)


def late(row: Row) -> str:
    """How long a finding is overdue, in words; nothing where it has no date."""
    if not row["days_overdue"]:
        return ""
    if row["working_days_overdue"] is None:
        return _("{n} days overdue").format(n=row["days_overdue"])
    return _("{n} days overdue ({working} working days)").format(
        n=row["days_overdue"], working=row["working_days_overdue"]
    )


def clause_links(
    datasette: Any, headings: list[Row], clauses: str, instrument: str | None = None
) -> Markup:
    """Where clauses stand in the notice, with links to their text; articles of laws by name.

    `clauses`: ids joined by ; `headings`: of all clauses.
    """
    links: dict[str, Markup] = {}
    for one in (clause for clause in clauses.split(";") if clause):
        found = [
            row for row in headings if row["id"] == one and instrument in (None, row["instrument"])
        ]
        if not found:
            links.setdefault(one, zh(LAW.get(one, one)))
            continue
        address = datasette.urls.path(f"/notice/{encoded(found[0]['instrument'])}#{one}")
        heading = found[0]["heading"]
        link = Markup('<a href="{}">{}</a>').format(address, zh(heading))
        links.setdefault(heading, link)  # several clauses stand under one heading
    return Markup(list_separator()).join(links.values())


async def rule_clauses(datasette: Any, clauses: str, instrument: str | None = None) -> list[Row]:
    """The clauses that a rule rests on, with their text, as far as the file holds them."""
    return await rows(
        datasette,
        "SELECT c.*, n.number FROM clauses AS c JOIN instrument AS n ON n.id = c.instrument"
        " WHERE instr(';' || :clauses || ';', ';' || c.id || ';') > 0"
        " AND (:instrument IS NULL OR c.instrument = :instrument) ORDER BY n.rowid, c.id",
        {"clauses": clauses, "instrument": instrument},
    )


def findings_address(datasette: Any, **filters: Any) -> str:
    """The address of the table of findings, filtered."""
    return table_address(datasette, "findings", **filters)


async def downloads_of(datasette: Any, body: str) -> list[Row]:
    """Kind and name of what a body may download."""
    return await rows(
        datasette,
        "SELECT body, kind, name FROM downloads WHERE body = :body ORDER BY kind DESC",
        {"body": body},
    )
