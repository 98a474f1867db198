"""What search engines may read: pages of rows, and not every way of sorting them."""

from __future__ import annotations

from typing import Any, Final

from registry.site.context import SiteContext

_ALL: Final = "User-agent: *\nDisallow: /\n"
_SOME: Final = """\
User-agent: *
Disallow: /search
Disallow: /catalogue/*?
Disallow: /*_facet
Disallow: /*_sort
Disallow: /*.csv
Disallow: /*.json
"""


def robots_txt(site: SiteContext, home: str = "") -> str:
    """The text of robots.txt. Invented rows are not for search engines at all. `home`: the address
    of the site, where its sitemap is."""
    if site.file.has_demonstration:
        return _ALL
    return _SOME + (f"\nSitemap: {home.rstrip('/')}/sitemap.xml\n" if home else "")


async def robots(datasette: Any, request: Any) -> Any:
    """Answer /robots.txt."""
    from datasette.utils.asgi import Response

    home = datasette.absolute_url(request, datasette.urls.instance())
    return Response.text(robots_txt(datasette.site, home))


ROBOTS_ROUTES: Final = [(r"/robots\.txt$", robots)]
"""For Datasette's hook register_routes."""
