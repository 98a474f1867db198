"""Sitemap, search description, and what the head of a page says of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from registry.catalogue.pages import discovery
from tests.publications import AS_OF, Visitor, query

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(text: str, kind: str) -> list[str]:
    """The addresses of a sitemap, or of an index of sitemaps."""
    root = ElementTree.fromstring(text)
    assert root.tag == SITEMAP + ("urlset" if kind == "url" else "sitemapindex")
    return [one.findtext(f"{SITEMAP}loc") or "" for one in root.iter(SITEMAP + kind)]


def below(address: str) -> str:
    """An address without the site's."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_the_sitemap_has_every_page_once(visitor: Visitor) -> None:
    answer = visitor.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    found = locations(answer.text, "url")
    file = visitor.app.site.file.path
    pages = sum(
        query(file, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("items", "zones", "departments", "instrument")
    )
    assert len(found) == len(set(found)) == pages + 4
    assert f"<lastmod>{AS_OF}</lastmod>" in answer.text
    for address in (found[0], found[5], found[len(found) // 2], found[-1]):
        assert visitor.get(below(address)).status_code == 200


def test_many_pages_make_several_sitemaps(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = locations(visitor.get("/sitemap.xml").text, "url")
    monkeypatch.setattr(discovery, "MOST", 1000)
    parts = locations(visitor.get("/sitemap.xml?parts").text, "sitemap")
    assert len(parts) > 1
    listed = [page for part in parts for page in locations(visitor.get(below(part)).text, "url")]
    assert listed == whole
    assert visitor.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert visitor.get("/sitemap-0.xml").status_code == 404


def test_invented_rows_are_for_no_search_engine(demo_visitor: Visitor, visitor: Visitor) -> None:
    assert demo_visitor.get("/sitemap.xml").status_code == 404
    assert "Sitemap:" not in demo_visitor.get("/robots.txt").text
    assert re.search(r"\nSitemap: http://[^/]+/sitemap\.xml\n", visitor.get("/robots.txt").text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_browsers_learn_to_search_here(visitor: Visitor, language: str) -> None:
    text = visitor.get(f"/opensearch.xml?_lang={language}").text
    root = ElementTree.fromstring(text)
    namespace = "{http://a9.com/-/spec/opensearch/1.1/}"
    name = root.findtext(f"{namespace}ShortName") or ""
    assert 0 < len(name) <= 16
    template = root.find(f"{namespace}Url")
    assert template is not None
    address = template.attrib["template"].replace("{searchTerms}", "%E5%8F%96%E6%B0%B4")
    assert "取水" in visitor.get(below(address)).text
    assert 'rel="search"' in visitor.get("/").text


@pytest.mark.parametrize("path", ["/", "/item/1-08", "/zone/etdz", "/notice", "/data"])
def test_a_page_says_where_it_is_and_what_it_is(visitor: Visitor, path: str) -> None:
    page = visitor.get(f"{path}?_lang=zh&x=1").text
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    assert re.fullmatch(rf"http://[^/?]+{re.escape(path)}", canonical)
    if path != "/notice":  # a list of them
        (text,) = re.findall(r'<meta name="description" content="([^"]+)">', page)
        assert 0 < len(text) <= 160
