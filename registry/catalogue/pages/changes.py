"""What changed when: the page, its Atom feed, and how a change is told."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final, NamedTuple

from markupsafe import escape

from registry.locale import N_, _, language, list_separator
from registry.locale.labels import value_label
from registry.site.pages import Row, encoded, render_page, rows

MAX_ROWS: Final = 200
"""Changes on a page, and in the feed."""
MAX_NAMED: Final = 8
"""Items of a change that are named on the page; of more, these and how many there are."""

_FIRST: Final = {
    "delegated": {
        "生效": N_("conferred and in force"),
        "待签协议": N_("conferred; to be exercised once an agreement is signed"),
    },
    "direct": {"生效": N_("left with the zone, which exercised it before")},
    "withdrawn": {"已收回": N_("no longer exercised by the zone")},
}
"""What an instrument did to items → the state that they came into by it → what that is called."""
_STATES: Final = {
    "待签协议": N_("waiting for an agreement"),
    "生效": N_("in force"),
    "中止": N_("suspended"),
    "委托届满": N_("the entrustment expired; the zone may no longer act"),
    "已解除": N_("the entrustment was terminated; the zone may no longer act"),
    "已收回": N_("withdrawn; the zone may no longer act"),
    "上级失效": N_("what it derives from is not in force; the zone may not act"),
}
_CAUSES: Final = {
    "instrument": N_("by {ref} {clause}"),
    "body": N_("by a change of bodies ({clause})"),
    "agreement": N_("agreement {ref} took effect"),
    "term": N_("agreement {ref} ran out"),
    "termination": N_("agreement {ref} was terminated"),
    "parent": N_("by a change of what it derives from ({ref})"),
}
_TERMS: Final = {
    "mode": N_("mode"),
    "scope": N_("scope"),
    "remark": N_("remark"),
    "territory": N_("territory"),
    "zone": N_("holder"),
}


class Described(NamedTuple):
    """A row of table `changes` in words. `what`: what became of the items; `why`: what did that;
    `named`: the first of the items, id and name; `more`: how many others there are. `zones`: ids of
    all of which the same is told."""

    row: Row
    what: str
    why: str
    named: tuple[tuple[str, str], ...] = ()
    more: int = 0
    zones: tuple[str, ...] = ()


def described(site: Any, row: Row, names: dict[str, str] | None = None) -> Described:
    """A change in words. `names`: of items by their ids; without them no item is named."""
    ids = row["covers"].split(";") if names is not None else []
    shown = ids[:MAX_NAMED] if len(ids) <= 2 * MAX_NAMED else ids[: MAX_NAMED // 2]
    return Described(
        row,
        _what(row),
        _why(row),
        tuple((id_, (names or {}).get(id_, "")) for id_ in shown),
        len(ids) - len(shown),
        (row["zone"],),
    )


def _what(row: Row) -> str:
    if row["terms"]:
        terms = list_separator().join(_(_TERMS[name]) for name in row["terms"].split(";"))
        return _("changed: {terms}").format(terms=terms)
    if row["before"] == "尚未生效" and row["state"] in _FIRST.get(row["annex_role"], {}):
        return _(_FIRST[row["annex_role"]][row["state"]])
    state = _STATES.get(row["state"])
    return _(state) if state else value_label("state", row["state"]) or row["state"]


def _why(row: Row) -> str:
    return (
        _(_CAUSES[row["cause"]])
        .format(ref=row["ref"] or "", clause=row["clause"] or "")
        .replace(" )", ")")
        .replace("()", "")
        .replace("（）", "")
        .strip()
    )


async def changes(datasette: Any, request: Any) -> Any:
    """The page: day by day, the latest first."""
    found, total = await latest_changes(datasette)
    days = [(day, _joined(of)) for day, of in groupby(found, key=lambda one: one.row["day"])]
    return await render_page(
        datasette,
        request,
        "changes",
        description=_(
            "What zones may do, and since when: what notices, agreements and changes of bodies "
            "brought about up to {day}."
        ).format(day=datasette.site.file.as_of),
        days=days,
        total=total,
        shown=len(found),
    )


def _joined(found: Iterable[Described]) -> list[Described]:
    """The changes of a day, one for all zones to which the same happened with the same items."""
    joined: dict[tuple[Any, ...], Described] = {}
    for one in found:
        key = (one.what, one.why, one.row["mode"], one.row["covers"], one.row["provenance"])
        known = joined.get(key)
        joined[key] = known._replace(zones=known.zones + one.zones) if known else one
    return list(joined.values())


async def latest_changes(datasette: Any, most: int = MAX_ROWS) -> tuple[list[Described], int]:
    """The latest changes with names of their items, and how many there are at all."""
    sql = "SELECT * FROM changes ORDER BY id LIMIT :most"
    latest = await rows(datasette, sql, {"most": most})
    (counted,) = await rows(datasette, "SELECT count(*) AS n FROM changes")
    ids = {id_ for row in latest for id_ in row["covers"].split(";")[:MAX_NAMED]}
    names = await _names(datasette, ids)
    return [described(datasette.site, row, names) for row in latest], counted["n"]


async def _names(datasette: Any, ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted(ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), MAX_ROWS):
        part = wanted[start : start + MAX_ROWS]
        values = {f"id{n}": id_ for n, id_ in enumerate(part)}
        marks = ", ".join(f":{name}" for name in values)
        sql = f"SELECT id, name FROM items WHERE id IN ({marks})"
        found |= {row["id"]: row["name"] for row in await rows(datasette, sql, values)}
    return found


async def feed(datasette: Any, request: Any) -> Any:
    """The same as an Atom feed (RFC 4287); an entry keeps its id for as long as its change does."""
    from datasette.utils.asgi import Response

    found, _total = await latest_changes(datasette)
    site, urls = datasette.site, datasette.urls
    home = datasette.absolute_url(request, urls.path("/changes"))
    own = datasette.absolute_url(request, urls.path("/changes.atom"))
    title = str(site.about.get("title") or _("Catalogue of powers conferred on development zones"))
    tag = "zh-CN" if language() == "zh" else "en"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tag}">',
        f"<title>{escape(title)} · {escape(_('Changes'))}</title>",
        f"<id>{escape(home)}</id>",
        f'<link rel="self" type="application/atom+xml" href="{escape(own)}"/>',
        f'<link rel="alternate" type="text/html" href="{escape(home)}"/>',
        f"<updated>{_instant(found[0].row['day'] if found else site.file.as_of)}</updated>",
        f"<author><name>{escape(title)}</name></author>",
    ]
    for one in found:
        lines += _entry(site, home, one)
    body = "\n".join([*lines, "</feed>", ""])
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _entry(site: Any, home: str, one: Described) -> list[str]:
    row = one.row
    zone = site.value_name("zone", row["zone"])
    items = _("items: {n:,}").format(n=row["items"])
    key = "/".join(
        encoded(str(row[name] or "-"))
        for name in (
            *("day", "zone", "before", "state", "mode", "terms", "cause", "ref", "clause"),
            *("annex_role", "instrument"),
        )
    )
    named = list_separator().join(f"{id_} {name}" for id_, name in one.named)
    if one.more:
        named += _(" and {n:,} more").format(n=one.more)
    text = _("{zone}: {what} ({items})").format(zone=zone, what=one.what, items=items)
    address = f"{home}#c{row['id']}"
    provenance = value_label("provenance", row["provenance"]) or ""
    return [
        "<entry>",
        f"<title>{escape(text)}</title>",
        f"<id>{escape(home)}/{escape(key)}</id>",
        f'<link rel="alternate" type="text/html" href="{escape(address)}"/>',
        f"<updated>{_instant(row['day'])}</updated>",
        f"<summary>{escape(one.why)}; {escape(named)} [{escape(provenance)}]</summary>",
        "</entry>",
    ]


def _instant(day: str) -> str:
    """The first moment of a day in China."""
    return f"{day}T00:00:00+08:00"
