"""The search page: words, pinyin, near meanings, and whatever else is typed into it."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.site.published import connect_published, open_published
from registry.site.search.matching import PINYIN, SYNONYM
from registry.site.search.page import MAX_QUERY_CHARACTERS
from registry.site.search.pinyin import letters, load_readings, pattern, splits
from registry.site.search.results import MAX_SHOWN, SearchResults, search_file
from tests.conftest import examples
from tests.publications import Visitor, query
from tests.site.test_search import KNOWN, NASTY, SEED, drawn, like

SQL = ["' OR 1=1 --", '"; DROP TABLE items; --', "items_fts MATCH 'x'", "1 UNION SELECT 1"]


@pytest.fixture(scope="module")
def conn(published: Path) -> Iterator[sqlite3.Connection]:
    """Read the published file."""
    one = connect_published(published)
    yield one
    one.close()


def all_found(found: SearchResults) -> set[str]:
    """Keys of items found in whatever way."""
    return {*found.literal.keys, *found.other.keys}


# ---- as written ----


def test_as_written_is_what_like_finds(published: Path, conn: sqlite3.Connection) -> None:
    for word in [*KNOWN, *drawn(published, examples(500))]:
        found = search_file(conn, word)
        assert set(found.literal.keys) == like(published, "items", "name", word), word
        assert not set(found.literal.keys) & set(found.other.keys)


def test_all_words_have_to_match(published: Path, conn: sqlite3.Connection) -> None:
    words = drawn(published, examples(80, 40))
    for pair in zip(words[::2], words[1::2], strict=True):
        expected = like(published, "items", "name", *pair)
        assert set(search_file(conn, " ".join(pair)).literal.keys) == expected, pair
    assert search_file(conn, "取水 xuke").other.total


def test_hits_are_marked_and_lead_to_their_pages(visitor: Visitor) -> None:
    page = visitor.get("/search", q="排污许可").text
    assert '<a href="/item/1-07"' not in page
    marked = re.findall(r'<a href="/item/([^"]+)" lang="zh-CN">(.*?)</a>', page)
    assert len(marked) == 13
    assert all("<mark>排污许可</mark>" in name for _key, name in marked)


def test_a_group_shows_so_many_and_leads_to_all(visitor: Visitor) -> None:
    page = visitor.get("/search", q="处罚").text
    hits = len(visitor.found("items", _search="处罚"))
    assert hits > MAX_SHOWN
    assert page.count('<a href="/item/') == MAX_SHOWN
    link = re.search(r'<a href="(/catalogue/items\?_search=[^"]+)">', page)
    assert link
    assert f"{hits:,}" in page
    assert f"{hits:,}" in visitor.get(unescape(link[1])).text
    other = visitor.get("/search", q="zhengcha jiancha").text
    assert "/catalogue/items?" not in other


# ---- pinyin ----


def test_full_pinyin_and_initials_find_the_same(conn: sqlite3.Connection) -> None:
    expected = set(search_file(conn, "排污许可").literal.keys)
    for typed in ("paiwuxuke", "PaiWu'XuKe", "pái wū xǔ kě", "pwxk", "排污xk", "ｐｗｘｋ"):
        found = search_file(conn, typed)
        assert set(found.other.keys) >= expected, typed
        assert all(hit.reasons == (PINYIN,) for hit in found.other.hits), typed
        assert "排污许可" in "".join(p.text for p in found.other.hits[0].parts if p.found)


def test_pinyin_ends_where_syllables_end(conn: sqlite3.Connection) -> None:
    assert not search_file(conn, "paiwuxuk").total
    assert not search_file(conn, "aiwuxuke").total


def test_characters_of_several_readings(conn: sqlite3.Connection) -> None:
    names = dict(conn.execute("SELECT id, name FROM items").fetchall())
    for typed, word in (("yinhang", "银行"), ("xingzheng", "行政"), ("yinxing", "银行")):
        having = {key for key, name in names.items() if word in name}
        assert having, word
        assert having <= all_found(search_file(conn, typed)), typed


def test_names_are_found_by_how_they_are_read(conn: sqlite3.Connection) -> None:
    from pypinyin import Style, lazy_pinyin

    names = conn.execute("SELECT id, name FROM items ORDER BY no").fetchall()
    for key, name in random.Random(SEED).sample(names, examples(200)):
        run = max(re.findall("[\u4e00-\u9fff]+", name), key=len)[:6]
        if len(run) > 1:
            assert key in all_found(search_file(conn, "".join(lazy_pinyin(run)))), (key, run)
            first = lazy_pinyin(run, style=Style.FIRST_LETTER)
            assert key in all_found(search_file(conn, "".join(first))), (key, run)


def test_departments_zones_and_clauses_are_found(visitor: Visitor) -> None:
    for typed, address in (
        *(("水利", "/department/"), ("shuili", "/department/"), ("高新", "/zone/hidz")),
        *(("gaoxinqu", "/zone/hidz"), ("etdz", "/zone/etdz"), ("二号章", "/notice#C12")),
    ):
        assert f'<a href="{address}' in visitor.get("/search", q=typed).text, typed


def test_splits_are_all_ways_to_read() -> None:
    known = ["xi", "an", "xian", "fan", "gan", "fang"]
    assert splits("xian", known) == [["xian"], ["xi", "an"]]
    assert splits("xi'an", known) == [["xi", "an"]]
    assert splits("fangan", known) == [["fang", "an"], ["fan", "gan"]]
    assert splits("xianb", known) == []
    assert len(splits("xian" * 45, known)) == 16
    assert splits("a" * 199 + "b", ["a", "aa", "aaa"]) == []


def test_only_letters_are_pinyin() -> None:
    assert letters("lǜsè") == letters("lüse") == letters("LVSE") == "lvse"
    assert [letters(text) for text in ("水", "a1", "", "'", "a''b", "-")] == [None] * 6


def test_a_file_of_before_has_no_pinyin() -> None:
    empty = sqlite3.connect(":memory:")
    readings = load_readings(empty)
    assert pattern("paiwu", readings) is None
    empty.close()


def test_readings_are_no_table(published: Path, visitor: Visitor) -> None:
    assert not [table for table in open_published(published).tables if "readings" in table]
    for page in ("/catalogue/readings_fts", "/catalogue/readings_fts_content.json"):
        assert visitor.get(page).status_code in (403, 404)
    assert "readings" not in visitor.get("/catalogue.json?_show_hidden=1").text
    assert query(published, "SELECT count(*) FROM readings_fts")[0][0] > 300


# ---- near meanings ----


def test_near_meanings_are_found_and_said(visitor: Visitor, conn: sqlite3.Connection) -> None:
    found = search_file(conn, "排污审批")
    assert not found.literal.total
    assert {hit.reasons for hit in found.other.hits} == {(SYNONYM,)}
    assert set(found.other.keys) >= set(search_file(conn, "排污许可").literal.keys)
    assert 'class="hit-reason"' in visitor.get("/search", q="排污审批").text


# ---- whatever else ----


def test_nothing_typed_explains_how_to_search(visitor: Visitor) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20%E3%80%80", "/search?q=%00"):
        page = visitor.get(address)
        assert page.status_code == 200
        assert "paiwuxuke" in page.text
        assert '<a href="/item/' not in page.text


def test_nothing_found_suggests_a_part(visitor: Visitor, conn: sqlite3.Connection) -> None:
    assert search_file(conn, "水污染甲乙丙").suggestions == ["水污染"]
    assert search_file(conn, "取水 没有的词").suggestions == ["取水"]
    page = visitor.get("/search", q="水污染甲乙丙").text
    assert "/search?q=%E6%B0%B4%E6%B1%A1%E6%9F%93" in page


def test_what_is_long_is_told_so(visitor: Visitor) -> None:
    assert visitor.get("/search", q="水" * MAX_QUERY_CHARACTERS).status_code == 200
    page = visitor.get("/search", q="水" * (MAX_QUERY_CHARACTERS + 1))
    assert page.status_code == 400
    assert f"{MAX_QUERY_CHARACTERS}" in page.text
    assert 400 <= visitor.get("/search", q="水" * 2000).status_code < 500


@pytest.mark.parametrize("text", [*NASTY, *SQL, "<script>alert(1)</script>", "[", "\\", "a" * 200])
def test_nothing_breaks_it(visitor: Visitor, text: str) -> None:
    page = visitor.get("/search", q=text)
    assert page.status_code == (400 if len(" ".join(text.split())) > MAX_QUERY_CHARACTERS else 200)
    assert "<script>alert" not in page.text


@settings(max_examples=examples(120), deadline=None)
@given(
    st.text(max_size=60) | st.text("abcxyz'’üǘ水排污 我想在高新区办执照許可怎么1-8", max_size=60)
)
def test_no_text_is_an_error(conn: sqlite3.Connection, text: str) -> None:
    found = search_file(conn, text)
    for group in found.item_groups:
        for hit in group.hits:
            name = conn.execute("SELECT name FROM items WHERE id = ?", (hit.key,)).fetchone()[0]
            assert "".join(part.text for part in hit.parts) == name


@settings(max_examples=examples(40), deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_page(visitor: Visitor, text: str) -> None:
    assert visitor.get("/search", q=text).status_code == 200
