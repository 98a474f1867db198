"""Which language a visitor is answered in, and that no page mixes the two."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from registry.catalogue.pages import ROUTES
from registry.locale import _ as translated
from registry.locale import in_language, use
from registry.site.context import metadata_in_language
from registry.site.published import open_published
from registry.site.titles import with_titles
from tests.conftest import ROOT
from tests.publications import Visitor

PAGES = [
    *("/", "/search", "/search?q=许可", "/search?q=pwxk", "/search?q=没有这种词", "/data"),
    *("/item/1-07", "/item/2-0001", "/zone/etdz", "/department/slj", "/notice"),
    *("/changes", "/catalogue/changes", "/catalogue/services", "/catalogue/zone_contacts"),
    *("/catalogue", "/catalogue/items", "/catalogue/items?_search=许可&power_type=行政许可"),
    *("/catalogue/items?name__contains=水&_sort_desc=name", "/catalogue/items?_next=50"),
    *("/catalogue/items?_facet_date=law_version", "/catalogue/items?name=x"),
    *("/catalogue/items/1-07", "/catalogue/delegations", "/catalogue/delegations/1-07-etdz"),
    *("/catalogue/agreements", "/catalogue/deliverables", "/catalogue/instrument"),
    *("/catalogue/clauses", "/catalogue/annexes", "/catalogue/zones", "/catalogue/zones/etdz"),
    *("/catalogue/departments", "/catalogue/duties", "/catalogue/workdays", "/catalogue/totals"),
    *("/catalogue/by-law?law=x", "/catalogue/by-zone?zone=etdz&_hide_sql=", "/catalogue/by-mode"),
]
ERRORS = [
    *("/nothing", "/catalogue/nothing", "/catalogue/items/9-99", "/item/9-99", "/zone/x"),
    *("/catalogue/items?_sort=x", "/catalogue/items?_sort=id&_sort_desc=id", "/-/versions"),
    *("/catalogue/items?_size=x", "/catalogue/items?_size=999999", "/catalogue?sql=select+1"),
    *("/catalogue/items?_col=x", "/catalogue/items?_nocol=x", "/catalogue/items?_where=1"),
    *("/catalogue/items?_through=x", "/catalogue/items?_facet=x", "/catalogue/items_fts"),
    *("/catalogue.db", "/catalogue/items.csv?_stream=1&_next=5", "/catalogue/items?name__in=["),
    *("/catalogue/items/1-07.blob", "/catalogue/items?_search_x=y"),
]
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
DATA = ("facet-value", "hits", "export")


class Texts(HTMLParser):
    """Collects the text nodes of a page that are in its own language and no data."""

    VOID = ("meta", "link", "input", "br", "hr", "img", "path", "circle", "wbr", "col")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.page_language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what is inside is left out."""
        given = dict(attrs)
        if tag == "html":
            self.page_language = given.get("lang") or ""
        other = given.get("lang") not in (None, self.page_language)
        is_data = tag in ("td", "option") or "facet-results" in (given.get("class") or "")
        code = tag in ("script", "style", "code", "pre")
        if tag not in self.VOID:
            self.open.append((tag, other or is_data or code))
        if not other and not self._left_out():
            self.found += [
                str(given[name])
                for name in ("aria-label", "placeholder", "title")
                if given.get(name)
            ]
            if tag == "input" and given.get("type") == "submit":
                self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what was left open in it."""
        while self.open:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        """Take a text node."""
        if data.strip() and not self._left_out():
            self.found.append(" ".join(data.split()))

    def _left_out(self) -> bool:
        return any(left_out for _tag, left_out in self.open)


def texts(page: str) -> list[str]:
    """Text nodes and spoken attributes of a page."""
    parser = Texts()
    parser.feed(page)
    return parser.found


def messages() -> dict[str, str]:
    """Every message that differs between the languages: English → Chinese."""
    path = ROOT / "registry/locale/zh/LC_MESSAGES/registry.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and m.id != m.string}


@pytest.fixture(scope="module")
def english() -> set[str]:
    """English texts of more than a word, without places for anything."""
    return {text for text in messages() if "{" not in text and " " in text}


@pytest.fixture(scope="module")
def chinese() -> set[str]:
    """Chinese texts of which the English is different."""
    return {text for text in messages().values() if "{" not in text and len(text) > 1}


@pytest.mark.parametrize("page", [*PAGES, *ERRORS])
def test_chinese_pages_are_chinese(demo_visitor: Visitor, page: str, english: set[str]) -> None:
    answer = demo_visitor.get(page)
    assert answer.status_code < 500
    if answer.headers["content-type"].startswith("text/html"):
        assert '<html lang="zh-CN">' in answer.text
        for text in texts(answer.text):
            assert text not in english, text
            assert not ENGLISH.search(re.sub(r"\S*[/=?&_.]\S*", "", text)), text


@pytest.mark.parametrize("page", [*PAGES, *ERRORS])
def test_english_pages_are_english(demo_visitor: Visitor, page: str, chinese: set[str]) -> None:
    answer = demo_visitor.get(f"{page}{'&' if '?' in page else '?'}_lang=en")
    if answer.headers["content-type"].startswith("text/html"):
        assert '<html lang="en">' in answer.text
        for text in texts(answer.text):
            assert text not in chinese, text


def test_every_route_of_ours_is_looked_at() -> None:
    for pattern, _view in ROUTES:
        paths = [page.partition("?")[0] for page in PAGES]
        is_data = pattern.endswith((r"\.csv$", r"\.db$", r"\.atom$", r"\.json$", r"\.xml$"))
        assert is_data or any(re.match(pattern, path) for path in paths), pattern


# ---- the choice ----


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        *(("en-US,en;q=0.9", "en"), ("en,zh;q=0.8", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")),
        *(("fr", "zh-CN"), ("", "zh-CN"), ("*", "zh-CN"), ("en;q=0.3, zh;q=0.9", "zh-CN")),
        *(("zh;q=0, en;q=0.1", "en"), ("en, zh", "zh-CN"), ("en;q=x", "zh-CN")),
        *(("EN-gb ; Q=1", "en"), (";;,q=", "zh-CN"), ("en;q=7, zh;q=0.1", "zh-CN")),
    ],
)
def test_the_browser_s_preference_counts(visitor: Visitor, header: str, expected: str) -> None:
    answer = ask(visitor, "/search", {"accept-language": header})
    assert answer.headers["content-language"] == expected
    assert f'<html lang="{expected}">' in answer.text


def ask(visitor: Visitor, path: str, headers: dict[str, str]) -> Any:
    """One page, asked for with headers."""
    return visitor._loop.run_until_complete(visitor.app.client.get(path, headers=headers))


def test_a_link_counts_most_and_is_remembered(visitor: Visitor) -> None:
    answer = visitor.get("/search?_lang=en")
    assert answer.headers["content-language"] == "en"
    cookie = answer.headers["set-cookie"]
    assert cookie == "lang=en; Path=/; Max-Age=31536000; SameSite=Lax"
    remembered = ask(visitor, "/search", {"cookie": "a=b; lang=en", "accept-language": "zh"})
    assert remembered.headers["content-language"] == "en"
    assert "set-cookie" not in remembered.headers
    again = ask(visitor, "/search?_lang=zh", {"cookie": "lang=en", "accept-language": "en"})
    assert again.headers["content-language"] == "zh-CN"
    for odd in ("lang=fr", "lang", "=;;", 'lang="zh'):
        assert ask(visitor, "/search", {"cookie": odd}).headers["content-language"] == "zh-CN"


def test_an_unknown_choice_is_none(visitor: Visitor) -> None:
    answer = visitor.get("/catalogue/items?_lang=fr%0d%0aX:1")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "zh-CN"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/search?q=许可&x=1", "/catalogue/items?_sort=name&name__contains=%26", "/none"]
)
def test_the_link_leads_to_the_same_page(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    link = re.search(r'<a class="language-link" href="(\?[^"]*)" lang="en"', page)
    assert link
    kept, _mark, choice = unescape(link[1]).rpartition("_lang=")
    assert choice == "en"
    assert kept.strip("?&").count("&") == path.count("&")
    english = visitor.get(path.partition("?")[0] + unescape(link[1])).text
    assert 'lang="zh-CN" hreflang="zh-CN"' in english
    assert "_lang=en" not in english


def test_datasette_never_sees_the_choice(visitor: Visitor) -> None:
    for key in ("_lang", "%5Flang"):
        page = visitor.get(f"/catalogue/items?{key}=en&_sort=name").text
        assert "1,847" in page
        assert "_lang=en" not in page
    data = visitor.get("/catalogue/items.json?_lang=en&_size=1").json()
    assert data["filtered_table_rows_count"] == 1847


def test_answers_say_what_they_depend_on(visitor: Visitor) -> None:
    vary = ", ".join(visitor.get("/catalogue/items").headers.get_list("vary"))
    assert {"accept-language", "cookie"} <= set(vary.casefold().split(", "))
    data = visitor.get("/catalogue/items.json?_size=1&_lang=en")
    assert "content-language" not in data.headers
    assert "set-cookie" not in data.headers
    plain = visitor.get("/catalogue/items.json?_size=1").json()
    assert {**data.json(), "query_ms": 0} == {**plain, "query_ms": 0}
    csv = "/catalogue/items.csv?_size=1"
    english = ask(visitor, csv, {"accept-language": "en"})
    assert english.text == visitor.get(csv).text


def test_an_english_site_stays_english(published: Path, metadata: dict[str, Any]) -> None:
    one = Visitor(published, metadata, language="en")
    assert one.get("/").headers["content-language"] == "en"
    assert ask(one, "/", {"accept-language": "zh"}).headers["content-language"] == "zh-CN"
    one.close()


# ---- the metadata ----


def test_every_text_of_the_metadata_has_its_english(metadata: dict[str, Any]) -> None:
    catalogue = metadata["databases"]["catalogue"]
    for about in (*catalogue["tables"].values(), *catalogue["queries"].values()):
        for text in ("title", "description"):
            assert about[f"{text}_en"], about
    for name, table in catalogue["tables"].items():
        assert list(table["columns"]) == list(table["columns_en"]), name
    for text in ("description_html", "about"):
        assert metadata[f"{text}_en"]


@pytest.mark.parametrize("internal", [False, True])
def test_titles_come_from_the_instruments(published: Path, internal: bool) -> None:
    told = with_titles({}, open_published(published), internal=internal)
    assert told["title"] == ("聊城市赋权事项监管系统" if internal else "聊城市开发区赋权事项目录")
    assert told["title_en"].count("Liaocheng") == 1
    assert told["source"] == "聊城市人民政府公报2021年第4期（总第217期）；附件清单为重建"
    assert told["source_en"].endswith("; the annexes' lists are reconstructed")
    assert "Apache-2.0" in told["license"]
    assert "Apache-2.0" in told["license_en"]
    own = {"title": "本市目录", "source": "本市", "license": "自有"}
    told = with_titles(own, open_published(published), internal=internal)
    assert told["source"] == "本市"
    assert "source_en" not in told
    assert (told["title"] == "本市目录") is not internal


def test_official_data_says_nothing_of_reconstruction(published: Path) -> None:
    file = open_published(published)
    official = replace(
        file,
        provenance={**file.provenance, "reconstruction": 0},
        instruments=(file.instruments[0]._replace(place="某市", place_en=None, source_en=None),),
    )
    told = with_titles({}, official)
    assert told["title_en"] == "Powers conferred on the development zones of 某市"
    assert "重建" not in told["source"] + told["license"]
    assert "source_en" not in told
    assert "reconstructed" not in told["license_en"]


def test_metadata_is_in_one_language(metadata: dict[str, Any]) -> None:
    for one in ("zh", "en"):
        told = metadata_in_language(metadata, one)  # type: ignore[arg-type]
        tables = told["databases"]["catalogue"]["tables"]
        assert "title_en" not in json.dumps(told, ensure_ascii=False)
        assert tables["items"]["title"] == {"zh": "事项", "en": "Items"}[one]
        assert "name_en" in tables["duties"]["columns"]
    bare = {"title": "目录", "databases": {"catalogue": None}}
    assert metadata_in_language(bare, "en") == bare


def test_messages_differ_between_languages() -> None:
    use("en")
    assert translated("There is no such page.") == "There is no such page."
    assert in_language("Home", "zh") == "首页"
