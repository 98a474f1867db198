"""What search engines and browsers ask for: the pages that there are, and how to search in them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from registry.locale import _
from registry.site.context import SiteContext
from registry.site.pages import encoded, not_found, rows

MOST: Final = 45_000
"""Addresses of one sitemap; the protocol allows 50,000 and 50 MB."""

_PAGES: Final = """
  SELECT 'notice' AS page, id FROM instrument UNION ALL SELECT 'zone', id FROM zones
  UNION ALL SELECT 'department', id FROM departments UNION ALL SELECT 'item', id FROM items
"""
_PLAIN: Final = ("/", "/notice", "/changes", "/data")
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_SHORT_NAME: Final = 16
"""Characters that OpenSearch allows a short name."""


async def sitemap(datasette: Any, request: Any) -> Any:
    """/sitemap.xml: every page that stands for itself, or the sitemaps that list them.

    There is none of a catalogue with invented rows, which is not for search engines.
    """
    site: SiteContext = datasette.site
    if site.file.has_demonstration:
        raise not_found()
    pages = await page_addresses(datasette)
    number = request.url_vars.get("number")
    parts = [pages[start : start + MOST] for start in range(0, len(pages), MOST)]
    if number is not None:
        if not 1 <= int(number) <= len(parts):
            raise not_found()
        return _xml(_urlset(datasette, request, site, parts[int(number) - 1]))
    if len(parts) == 1:
        return _xml(_urlset(datasette, request, site, parts[0]))
    listed = "".join(
        f"<sitemap><loc>{_absolute(datasette, request, f'/sitemap-{n}.xml')}</loc></sitemap>\n"
        for n in range(1, len(parts) + 1)
    )
    return _xml(f'<sitemapindex xmlns="{_NAMESPACE}">\n{listed}</sitemapindex>\n')


async def page_addresses(datasette: Any) -> list[str]:
    """The address of every page of ours that stands for itself."""
    found = await rows(datasette, _PAGES)
    return [*_PLAIN, *(f"/{row['page']}/{encoded(row['id'])}" for row in found)]


def _urlset(datasette: Any, request: Any, site: SiteContext, pages: list[str]) -> str:
    day = site.file.as_of
    listed = "".join(
        f"<url><loc>{_absolute(datasette, request, page)}</loc><lastmod>{day}</lastmod></url>\n"
        for page in pages
    )
    return f'<urlset xmlns="{_NAMESPACE}">\n{listed}</urlset>\n'


async def opensearch(datasette: Any, request: Any) -> Any:
    """/opensearch.xml: how a browser searches here."""
    site: SiteContext = datasette.site
    name = site.search_name()
    address = _absolute(datasette, request, "/search")
    about = _("Matters that development zones handle: {name}").format(name=name)
    return _xml(
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(name[:_SHORT_NAME])}</ShortName>\n"
        f"<Description>{escape(about)}</Description>\n"
        f'<Url type="text/html" template="{address}?q={{searchTerms}}"/>\n'
        "<InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n",
        "application/opensearchdescription+xml",
    )


def _absolute(datasette: Any, request: Any, path: str) -> str:
    address = datasette.absolute_url(request, datasette.urls.path(path))
    return escape(quote(str(address), safe=":/?&=%~@+,;$!*'()#-._"))


def _xml(body: str, kind: str = "application/xml") -> Any:
    from datasette.utils.asgi import Response

    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return Response(text, content_type=f"{kind}; charset=utf-8", status=200)
