"""What pages of the internal site share: rendering, names and links of bodies, texts, SQL."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from markupsafe import Markup, escape

from registry.internal.audience import Audience
from registry.locale import _, language, list_separator
from registry.locale.labels import body_kind_label, severity_label, status_label
from registry.report.progress.wording import percent
from registry.site.context import SiteContext
from registry.site.pages import (
    Row,
    departments_of,
    encoded,
    render_page,
    rows,
    table_address,
    zh,
)

OPEN: Final = "status = 'alarm' AND severity <> 'info' AND waived = 0"
"""Findings that somebody still has to mend. What was done late is of severity `info`."""

TO_EXPLAIN: Final = "status = 'alarm' AND severity = 'info' AND waived = 0"
"""Findings that can't be mended any more: the reason is stated in the report."""

OVERDUE: Final = f"{OPEN} AND days_overdue > 0"

URGENCY: Final = (
    "f.waived, CASE f.status WHEN 'alarm' THEN 0 ELSE 1 END,"
    " CASE f.severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 2 ELSE 3 END,"
    " coalesce(f.days_overdue, -1) DESC, f.code, f.subject_id"
)
"""The order in which findings, as `f`, are dealt with."""

_CHINESE: Final = re.compile("([\u4e00-\u9fff〔〕“”]*[\u4e00-\u9fff][\u4e00-\u9fff〔〕0-9“”、]*)")


async def render_internal_page(datasette: Any, request: Any, template: str, **context: Any) -> Any:
    """The response with a page of the internal site: `page/<template>.html`, rendered."""
    headings = await rows(
        datasette,
        "SELECT id, instrument, heading FROM clauses UNION ALL SELECT id, NULL, citation FROM laws",
    )
    shared = {
        "audience": datasette.audience,
        "body_link": partial(body_link, datasette),
        "body_links": partial(body_links, datasette),
        "department_links": partial(department_links, datasette),
        "deadline_address": partial(deadline_address, datasette),
        "localised": localised,
        "mark_chinese": mark_chinese,
        "party_names": party_names,
        "severity_label": severity_label,
        "status_label": status_label,
        "percent": percent,
        "clause_links": partial(clause_links, datasette, headings),
        "overdue_text": overdue_text,
    }
    return await render_page(datasette, request, template, **{**shared, **context})


def body_kind(site: SiteContext, body: str) -> str | None:
    """Whether a body is a department or a zone; None where it is neither."""
    return next((kind for kind in ("department", "zone") if body in site.file.names[kind][1]), None)


def can_see_body(audience: Audience, kind: str, body: str) -> bool:
    """Whether an audience may open the page of a body of that kind."""
    return audience.is_office or (audience.kind, audience.id) == (kind, body)


def body_name(site: SiteContext, body: str) -> str:
    """The short name of a department or zone, or of the office."""
    kind = body_kind(site, body)
    return site.file.names[kind][1][body] if kind else body_kind_label(body) or body


def body_link(datasette: Any, body: str) -> Markup:
    """The name of a body; a link to its page where the audience may open that."""
    name = zh(body_name(datasette.site, body))
    kind = body_kind(datasette.site, body)
    if kind is None or not can_see_body(datasette.audience, kind, body):
        return name
    address = datasette.urls.path(f"/{kind}/{encoded(body)}")
    return Markup('<a href="{}">{}</a>').format(address, name)


def body_links(datasette: Any, owed_by: str) -> Markup:
    """Names and links of the bodies that owe something; their ids are joined by ;"""
    links = [body_link(datasette, one) for one in owed_by.split(";") if one]
    return Markup(list_separator()).join(links)


def department_links(datasette: Any, names: str | None) -> Markup:
    """Names and links of an item's departments; `names`: its short names of them."""
    found = departments_of(datasette.site, names)
    return Markup(list_separator()).join(
        body_link(datasette, key) if key else zh(name) for key, name in found
    )


def deadline_address(datasette: Any, row: Row) -> str:
    """The address of the table of obligations that a row of `next_deadlines` counts."""
    filters = {name: row[name] for name in ("due_on", "duty", "zone", "owed_by")}
    if row["owing"]:
        filters["department"] = row["owing"]
    return table_address(datasette, "obligations", status="pending", **filters)


def party_names(owed_by: str) -> str:
    """The kinds of bodies that owe what a rule demands; their codes are joined by ;"""
    return list_separator().join(body_kind_label(one) or one for one in owed_by.split(";"))


def localised(row: Row, name: str) -> str:
    """The text of `<name>_zh` or `<name>_en`, by the language of the page."""
    return str(row[f"{name}_{language()}"] or "")


def mark_chinese(text: str) -> Markup:
    """A text of the page's language; Chinese names in English text get lang="zh-CN"."""
    if language() == "zh":
        return escape(text)
    parts = (
        Markup('<span lang="zh-CN">{}</span>').format(part) if n % 2 else escape(part)
        for n, part in enumerate(_CHINESE.split(text))
    )
    return Markup("").join(parts)


def overdue_text(row: Row) -> str:
    """How long a finding is overdue, in words; "" where it is not, or has no date."""
    if not row["days_overdue"]:
        return ""
    if row["working_days_overdue"] is None:
        return _("{n} days overdue").format(n=row["days_overdue"])
    return _("{n} days overdue ({working} working days)").format(
        n=row["days_overdue"], working=row["working_days_overdue"]
    )


def clause_links(datasette: Any, headings: list[Row], clauses: str, instrument: str) -> Markup:
    """Headings of clauses of an instrument with their ids, and links to their text in the notice;
    articles of laws by name.

    `clauses`: ids joined by ; `headings`: id, instrument (of a law NULL) and heading of all.
    """
    known = {row["id"]: row for row in headings if row["instrument"] in (None, instrument)}
    ids: dict[str, list[str]] = {}
    for one in (clause for clause in clauses.split(";") if clause in known):
        ids.setdefault(str(known[one]["heading"]), []).append(one)
    return Markup(list_separator()).join(
        _clause_link(datasette, heading, known[under[0]]) + Markup("[{}]").format(separated(under))
        for heading, under in ids.items()
    )


def _clause_link(datasette: Any, heading: str, clause: Row) -> Markup:
    if clause["instrument"] is None:
        return zh(heading)
    address = f"/notice/{encoded(clause['instrument'])}#{encoded(clause['id'])}"
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(address), zh(heading))


def separated(words: list[str]) -> str:
    """The words as a list of the page's language."""
    return list_separator().join(words)


async def rule_applications(datasette: Any, code: str) -> list[Row]:
    """What findings of a rule say and rest on, of each instrument and duty; those alike once."""
    return await rows(
        datasette,
        "SELECT DISTINCT a.instrument, n.number, a.clauses FROM rule_applications AS a"
        " JOIN instrument AS n ON n.id = a.instrument WHERE a.code = :code ORDER BY n.rowid",
        {"code": code},
    )


async def application_of(datasette: Any, finding: Row) -> Row | None:
    """The same of one finding: title and remedy (zh, en), clauses. None where it isn't told."""
    found = await rows(
        datasette,
        "SELECT * FROM rule_applications WHERE code = :code"
        " AND instrument = coalesce(:instrument, instrument) AND duty = coalesce(:duty, duty)",
        {
            "code": finding["code"],
            "instrument": finding.get("instrument"),
            "duty": (finding["duty"] or "") if "duty" in finding else None,
        },
    )
    return found[0] if len(found) == 1 else None


async def cited_clauses(datasette: Any, application: Row) -> list[Row]:
    """The clauses that a rule rests on in an instrument, with their text."""
    return await rows(
        datasette,
        "SELECT c.*, n.number FROM clauses AS c JOIN instrument AS n ON n.id = c.instrument"
        " WHERE instr(';' || :clauses || ';', ';' || c.id || ';') > 0"
        " AND c.instrument = :instrument ORDER BY c.rowid",
        {"clauses": application["clauses"], "instrument": application["instrument"]},
    )


def findings_address(datasette: Any, **filters: Any) -> str:
    """The address of the table of findings, filtered."""
    return table_address(datasette, "findings", **filters)


async def downloads_of(datasette: Any, body: str) -> list[Row]:
    """The documents that are there for a body: body, kind and file name.

    `of`: the instrument of a workbook, and `number` what it is called, where there are several.
    """
    return await rows(
        datasette,
        "SELECT d.body, d.kind, d.name, n.number,"
        " CASE WHEN (SELECT count(*) FROM instrument) > 1 THEN d.instrument ELSE '' END AS of"
        " FROM downloads AS d LEFT JOIN instrument AS n ON n.id = d.instrument"
        " WHERE d.body = :body AND d.part = 0 AND d.kind IN ('workbook', 'letter')"
        " ORDER BY d.kind DESC, n.rowid",
        {"body": body},
    )
