"""The search box finds what a substring search finds, and nothing breaks it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.site.search.full_text import index_text, match_expression
from tests.conftest import examples
from tests.publications import Visitor, query

SEED = 20210415
KNOWN = ["食品", "许可", "排污许可", "水", "、", "（", "《", "”", "委托", "登记、"]
NASTY = [
    *('"', '""', "'", '"水', "水*", "^水", "水 OR 火", "水 NOT 火", "NEAR(水 火)", "name : 水"),
    *("(", ")", "-", "+", "{name} : 水", "\0", "水\0火", "%", "_", "\\", "水 AND", "*", ":"),
    *("水" * 400, "水 " * 380, " ".join(map(chr, range(0x4E00, 0x4E00 + 380)))),
    *("\ud7ff\ue000", "🏛", "e\u0301", "ß", "㎡"),
]
TABLES = [("items", "name"), ("delegations", "item_name")]


def like(file: Path, table: str, column: str, *words: str) -> set[str]:
    """Ids that LIKE finds: every word is somewhere in the name."""
    clauses = " AND ".join(f"{column} LIKE '%' || ? || '%'" for _word in words)
    return {row[0] for row in query(file, f"SELECT id FROM {table} WHERE {clauses}", *words)}


def drawn(file: Path, count: int) -> list[str]:
    """Words of 1–6 characters out of names, always the same."""
    names = [name for (name,) in query(file, "SELECT name FROM items ORDER BY no")]
    chance = random.Random(SEED)
    words: set[str] = set()
    while len(words) < count:
        name = chance.choice(names)
        start = chance.randrange(len(name))
        words.add(name[start : start + chance.randint(1, 6)])
    return sorted(words)


def test_it_finds_what_like_finds(published: Path, visitor: Visitor) -> None:
    for word in [*KNOWN, *drawn(published, 230)]:
        ids = visitor.found("items", _search=word)
        assert set(ids) == like(published, "items", "name", word), word
        assert len(ids) == len(set(ids))


def test_it_finds_delegations_too(published: Path, visitor: Visitor) -> None:
    for word in [*KNOWN, *drawn(published, 15)]:
        found = visitor.found("delegations", _search=word)
        assert set(found) == like(published, "delegations", "item_name", word), word


def test_every_word_has_to_be_in_the_name(published: Path, visitor: Visitor) -> None:
    words = drawn(published, 60)
    for pair in zip(words[::2], words[1::2], strict=True):
        for text in (" ".join(pair), "\u3000".join(pair)):
            expected = like(published, "items", "name", *pair)
            assert set(visitor.found("items", _search=text)) == expected, pair


def test_width_and_case_do_not_matter(visitor: Visitor) -> None:
    assert visitor.found("items", _search="（") == visitor.found("items", _search="(") != []
    assert visitor.found("items", _search="ｘ") == visitor.found("items", _search="X")


def test_the_search_of_one_column_is_the_same(visitor: Visitor) -> None:
    ids = visitor.found("items", _search="排污许可")
    assert visitor.found("items", _search_name="排污许可") == ids
    assert len(ids) == 13


def test_a_search_for_nothing_shows_everything(visitor: Visitor) -> None:
    for text in ("", " ", "\u3000"):
        assert len(visitor.found("items", _search=text)) == 1847


def test_a_search_goes_with_a_filter(published: Path, visitor: Visitor) -> None:
    found = visitor.found("delegations", _search="许可", zone="etdz", mode="委托下放")
    assert found
    assert all(id_.endswith("-etdz") and id_.startswith("1-") for id_ in found)


@pytest.mark.parametrize("mode", [{}, {"_searchmode": "raw"}], ids=["plain", "raw"])
@pytest.mark.parametrize(("table", "column"), TABLES)
def test_nothing_breaks_it(
    published: Path, visitor: Visitor, table: str, column: str, mode: dict[str, str]
) -> None:
    for text in NASTY:
        found = visitor.found(table, _search=text, **mode)
        words = list(dict.fromkeys(text.split()))
        if len(words) < 10 and not set(text) & set("%_\0()"):  # LIKE has other ideas of these
            assert set(found) == like(published, table, column, *words), text
    assert visitor.get(f"/catalogue/{table}", _search='"水', **mode).status_code == 200


@settings(max_examples=examples(60), deadline=None)
@given(st.text(max_size=40), st.sampled_from(["_search", "_search_name"]), st.booleans())
def test_no_text_is_an_error(visitor: Visitor, text: str, key: str, raw: bool) -> None:
    words = {key: text, **({"_searchmode": "raw"} if raw else {})}
    answer = visitor.get("/catalogue/items.json", _size="1", _nofacet="1", **words)
    assert answer.status_code == 200, text


def test_other_indexes_can_not_be_named(visitor: Visitor) -> None:
    ids = visitor.found("items", _search="取水")
    for more in ({"_fts_table": "delegations_fts"}, {"_fts_table": "x"}, {"_fts_pk": "seq"}):
        assert visitor.found("items", _search="取水", **more) == ids


# ---- the encoding itself ----


@pytest.fixture(scope="module")
def fts() -> Callable[[str, str], bool]:
    """Ask a full-text index that holds one name whether a query finds it."""
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5 (name)")

    def finds(name: str, text: str) -> bool:
        conn.execute("DELETE FROM t")
        conn.execute("INSERT INTO t VALUES (?)", (index_text(name),))
        sql = "SELECT 1 FROM t WHERE t MATCH ?"
        return conn.execute(sql, (match_expression(text),)).fetchone() is not None

    return finds


@settings(deadline=None)
@given(st.data())
def test_any_part_of_any_name_finds_it(
    fts: Callable[[str, str], bool], data: st.DataObject
) -> None:
    name = data.draw(st.text(min_size=1, max_size=20))
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    if part.split():
        assert fts(name, part)


@settings(deadline=None)
@given(st.text("甲乙丙丁、（", max_size=8), st.text("甲乙丙丁、（ ", max_size=4))
def test_it_agrees_with_in(fts: Callable[[str, str], bool], name: str, text: str) -> None:
    words = text.split()
    assert fts(name, text) == (bool(words) and all(word in name for word in words))


@given(st.text())
def test_an_expression_holds_no_operator(text: str) -> None:
    assert set(match_expression(text)) <= set('0123456789abcdef" ')


def test_nothing_is_no_error(fts: Callable[[str, str], bool]) -> None:
    assert match_expression(None) == match_expression(" ") == '""'
    assert index_text(None) == ""
    assert not fts("水", "")
