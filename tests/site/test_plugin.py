"""What pages say about the data, in which words, and to whom."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from datasette.app import Datasette

from registry.locale import _, language, use
from registry.site.plugin import clean_query_string
from registry.site.template_patches import PATCHES, datasette_templates, patch_template
from tests.conftest import ROOT
from tests.publications import Visitor

PAGES = [
    *("/", "/catalogue", "/catalogue/items", "/catalogue/items?_search=许可"),
    *("/catalogue/items/1-07", "/catalogue/delegations", "/catalogue/totals"),
    *("/catalogue/nothing", "/catalogue?sql=select+1", "/catalogue/items?_sort=x", "/-/versions"),
]
DEMONSTRATION = 'class="notice notice-demonstration"'
RECONSTRUCTION = 'class="notice notice-reconstruction"'
TEMPLATES = ROOT / "registry/site/templates"


@pytest.mark.parametrize("page", PAGES)
def test_demonstration_is_announced_on_every_page(demo_visitor: Visitor, page: str) -> None:
    answer = demo_visitor.get(page)
    assert DEMONSTRATION in answer.text
    assert RECONSTRUCTION in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("page", PAGES)
def test_without_demonstration_pages_may_be_found(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page)
    assert DEMONSTRATION not in answer.text
    assert RECONSTRUCTION in answer.text
    assert "noindex" not in answer.text
    assert "x-robots-tag" not in answer.headers


def test_data_of_demonstration_may_not_be_found_either(demo_visitor: Visitor) -> None:
    for page in (
        "/catalogue/items.json",
        "/catalogue/agreements.csv",
        "/catalogue/items/1-07.json",
    ):
        assert demo_visitor.get(page).headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_chinese(visitor: Visitor, page: str) -> None:
    assert '<html lang="zh-CN">' in visitor.get(page).text
    assert language() == "en", "a page leaves the language of others as it is"


def test_a_site_may_be_english(published: Path, metadata: dict[str, Any]) -> None:
    one = Visitor(published, metadata, language="en")
    page = one.get("/catalogue/items").text
    assert '<html lang="en">' in page
    assert "Search the names:" in page
    one.close()


def test_columns_and_tables_have_their_chinese_names(visitor: Visitor) -> None:
    page = visitor.get("/catalogue/delegations").text
    heads = [re.sub(r"<.*?>|&nbsp;|▼", "", h).strip() for h in re.findall("<th.*?/th>", page, re.S)]
    assert {"赋权编号", "承接主体", "协议状态"} <= set(heads)
    assert not [head for head in heads if re.search("[a-z]", head)]
    assert "<label>市级部门 <select" in page
    assert '<option value="power_type">事项类型</option>' in page
    assert "<h1>赋权</h1>" in page
    assert 'content: "协议状态"' in page
    totals = visitor.get("/catalogue/totals").text
    assert ">依申请</th>" in totals


def test_codes_have_words_and_references_have_names(demo_visitor: Visitor) -> None:
    page = demo_visitor.get("/catalogue/delegations/1-07-etdz").text
    assert '<a href="/zone/etdz">聊城经开区</a>' in page
    assert '<a href="/notice/liaocheng-2021-8">聊政字〔2021〕8号</a>' in page
    assert '<a href="/item/1-07">1-07</a>' in page
    use("zh")
    words = [_(w) for w in ("reconstructed", "demonstration", "yes")]
    use("en")
    assert all(f">{word}</td>" in page for word in words)
    agreement = re.search(r'href="(/catalogue/agreements/[^"]+)"', page)
    assert agreement
    assert '<a href="/item/1-07">1-07</a>' in demo_visitor.get(agreement[1]).text


def test_a_filter_is_told_in_words(visitor: Visitor) -> None:
    page = visitor.get("/catalogue/delegations", zone="etdz", _search="许可", _sort="zone").text
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title
    assert "承接主体 = 聊城经开区" in title[1]
    assert "许可" in title[1]
    plain = re.search(r"<title>(.*?)</title>", visitor.get("/catalogue/delegations").text, re.S)
    assert plain
    assert plain[1].strip() == "赋权"


def test_what_visitors_send_is_escaped(visitor: Visitor) -> None:
    nasty = "<script>alert(1)</script>"
    for page in ("/catalogue/items", "/catalogue/by-law", "/catalogue/delegations"):
        sent = {"_search": nasty, "name__contains": nasty, "law": nasty, "_sort": "name"}
        if page.endswith("delegations"):
            sent = {"_search": nasty, "zone": nasty, "item_name__like": nasty}
        answer = visitor.get(page, **sent)
        assert nasty not in answer.text, page


# ---- patches ----


def test_every_patch_fits_the_installed_datasette() -> None:
    for name, patches in PATCHES.items():
        source = (datasette_templates() / name).read_text(encoding="utf-8")
        for patch in patches:
            assert patch.old in source, (name, patch.old)
            source = source.replace(*patch)


def test_patched_templates_ask_for_texts_that_can_be_translated() -> None:
    with (ROOT / "registry/locale/zh/LC_MESSAGES/registry.po").open("rb") as stream:
        catalogue = read_po(stream)
    for name in PATCHES:
        text = patch_template(name, (datasette_templates() / name).read_text("utf-8"))
        for message in re.findall(r'_\("(.*?)"\)', text):
            assert catalogue.get(message), (name, message)


def test_our_frame_has_every_place_that_datasettes_templates_fill() -> None:
    ours, stock_frame = TEMPLATES / "frame.html", datasette_templates() / "base.html"
    blocks = [
        set(re.findall(r"{%-? block (\w+)", f.read_text("utf-8"))) for f in (ours, stock_frame)
    ]
    assert blocks[0] >= blocks[1]
    for folder in (TEMPLATES, ROOT / "registry" / "internal" / "templates"):
        assert (folder / "base.html").read_text("utf-8").startswith('{% extends "frame.html" %}')


# ---- others' sites, and query strings ----


def test_other_sites_in_the_same_process_are_left_alone(visitor: Visitor) -> None:
    async def ask() -> tuple[str, str, int]:
        other = Datasette(memory=True)
        home = await other.client.get("/")
        sql = await other.client.get("/_memory.json?sql=select+escape_fts('a')&_shape=arrayfirst")
        versions = await other.client.get("/-/versions.json")
        return home.text, sql.text, versions.status_code

    home, sql, versions = asyncio.run(ask())
    assert "notice" not in home
    assert "<html>" in home
    assert sql == r'["\"a\""]'
    assert versions == 200


def test_what_goes_wrong_inside_is_not_told(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(*_about: Any, **_more: Any) -> None:
        raise RuntimeError("a path of this machine")

    monkeypatch.setattr("datasette.views.table.TableView.data", fails)
    answer = visitor.get("/catalogue/items.json?_size=97")  # kept by no cache
    assert (answer.status_code, answer.json()["ok"]) == (500, False)
    assert "a path" not in answer.text
    assert "a path of this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b"", b""),
        (b"_search=%E6%B0%B4&_sort=id", b"_search=%E6%B0%B4&_sort=id"),
        (b"_search=&_sort=id", b"_sort=id"),
        (b"_search=%E3%80%80+&a=", b"a="),
        (b"_search=x&_searchmode=raw", b"_search=x"),
        (b"_search=%E6%B0%B4&_fts_table=x&_fts_pk=y", b"_search=%E6%B0%B4"),
        (b"_search_name=", b""),
        (b"name=%FF&_search=", b"name=%EF%BF%BD"),
    ],
)
def test_query_strings_are_cleaned(given: bytes, expected: bytes) -> None:
    assert clean_query_string(given) == expected
