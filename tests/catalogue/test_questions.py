"""What people ask is answered first: questions.yml on the shipped demonstration publication."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from registry.site.published import connect_published
from registry.site.search.results import search_file
from registry.yaml_loader import load_yaml
from tests.publications import Visitor

FILE = Path(__file__).with_name("questions.yml")
QUESTIONS: list[dict[str, str]] = [
    question for kind in load_yaml(FILE.read_text("utf-8")).values() for question in kind
]
NOTICE = "liaocheng-2021-8"
ADDRESS = re.compile(r'<a href="(/(?:item|zone|department|notice)/[^"?]+)"')
SUGGESTED = re.compile(r'<a href="/search\?q=([^"]+)"')


@pytest.fixture(scope="module")
def conn(demo: Path) -> Iterator[sqlite3.Connection]:
    """Read the demonstration publication."""
    one = connect_published(demo)
    yield one
    one.close()


def body(page: str) -> str:
    """What of a page is not in every page."""
    return page.partition("<h1")[2].partition("<footer")[0]


def ask(visitor: Visitor, question: str, language: str = "zh") -> str:
    """The page for a question."""
    answer = visitor.get(f"/search?_lang={language}&q={quote(question)}")
    assert answer.status_code == 200
    return body(answer.text)


def test_there_are_sixty() -> None:
    asked = [str(question["ask"]) for question in QUESTIONS]
    assert len(set(asked)) == len(asked) >= 60


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["ask"]))
def test_the_first_page_is_the_right_one(
    demo_visitor: Visitor, conn: sqlite3.Connection, question: dict[str, str]
) -> None:
    page = ask(demo_visitor, str(question["ask"]))
    first = ADDRESS.search(page)
    assert first
    if item := question.get("item"):
        reference = f"{NOTICE}:{item}"
        known = conn.execute("SELECT id FROM items WHERE reference = ?", (reference,)).fetchone()
        assert unquote(first[1]) == f"/item/{known[0]}"
        assert 'class="hit-answer"' in page
    else:
        assert first[1] == question["page"]
    assert (question.get("zone") is not None) == ('class="chip"' in page)
    assert question.get("zone", "") in page


def test_a_zone_filters_and_answers_for_itself(demo_visitor: Visitor) -> None:
    page = ask(demo_visitor, "高新区 取水许可")
    assert "只看聊城高新区" in page
    answers = re.findall('<span class="hit-answer">(.*?)</span>', page)
    assert answers
    assert all("高新" in answer and "经开区" not in answer for answer in answers)
    (without,) = re.findall(r'<a class="chip" href="([^"]+)"', page)
    assert unquote(unescape(without)) == "/search?q=取水许可"


def test_what_several_zones_are_called_names_them_all(conn: sqlite3.Connection) -> None:
    reading = search_file(conn, "开发区 取水许可").reading
    assert [name for name, _rest in reading.zones.values()] == ["聊城经开区", "聊城高新区"]
    assert reading.zones["etdz"][1] == "聊城高新区 取水许可"


def test_what_a_zone_does_not_hold_is_told_apart(demo: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking.db"
    shutil.copy(demo, lacking)
    with closing(sqlite3.connect(lacking)) as conn:
        conn.execute("DELETE FROM delegations WHERE item = '1-08' AND zone = 'hidz'")
        found = search_file(conn, "高新区 取水许可")
        assert "1-08" not in found.meant.keys
        assert found.reading.elsewhere == 1
        assert "1-08" in search_file(conn, "经开区 取水许可").meant.keys


def test_a_zone_alone_leads_to_its_page(demo_visitor: Visitor) -> None:
    assert ADDRESS.findall(ask(demo_visitor, "高新区管委会")) == ["/zone/hidz"]


@pytest.mark.parametrize(
    ("language", "question", "told"),
    [
        ("zh", "环评", "“环评”按“环境影响评价”查找。"),
        ("en", "环评", "“环评” is looked for as “环境影响评价”."),
        ("zh", "我想办取水许可", "未按这些字词查找：“我想”“办”。"),
        ("zh", "老板拖欠工资去哪里投诉", "没有名称同时含“老板”的事项"),
        ("zh", "取水許可", "按简体字“取水许可”查找。"),
        ("zh", "开饭店", "“饭店”通常称“食品经营许可”，本目录没有名称中含此的事项。"),
        ("zh", "砍城市里的树要找谁批", "没有名称全部相符的事项"),
    ],
)
def test_how_a_question_was_read_is_said(
    demo_visitor: Visitor, language: str, question: str, told: str
) -> None:
    assert told in re.sub("<[^>]+>", "", ask(demo_visitor, question, language))


def test_what_is_on_no_list_is_said_and_nothing_is_offered_for_it(demo_visitor: Visitor) -> None:
    page = ask(demo_visitor, "消防验收")
    assert "没有找到" in page
    assert "消防设计审查" in page
    assert not ADDRESS.search(page)
    assert "12345" in page


def test_permits_stand_before_penalties(conn: sqlite3.Connection) -> None:
    types = dict(conn.execute("SELECT id, power_type FROM items").fetchall())
    for word in ("取水", "许可", "特种设备", "燃气", "危险化学品", "登记"):
        keys = search_file(conn, word).literal.keys
        penal = [types[key] in ("行政处罚", "行政强制") for key in keys]
        assert penal == sorted(penal), word
        assert not penal[0], word


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_finds_what_it_promises(demo_visitor: Visitor, language: str) -> None:
    page = ask(demo_visitor, "", language)
    suggested = [unquote(word.replace("+", " ")) for word in SUGGESTED.findall(page)]
    assert len(suggested) >= 4
    assert ("water permit" in suggested) == (language == "en")
    home = demo_visitor.get(f"/?_lang={language}").text
    placeholder = re.search('placeholder="([^"]+)"', home)
    assert placeholder
    suggested += re.split("[、,] ?", placeholder[1].removeprefix("如：").removesuffix(" …"))
    for example in suggested:
        found = ask(demo_visitor, example, language)
        assert ADDRESS.search(found), example
        assert "/item/" in found, example


def test_a_delegation_is_found_by_its_id(conn: sqlite3.Connection) -> None:
    for query in ("1-08-hidz", "1-8-hidz", f"{NOTICE}:1-8", "附件1 第8项"):
        assert search_file(conn, query).meant.keys == ["1-08"], query
    assert not search_file(conn, "1-08-nowhere").meant.keys


def test_a_certificate_leads_to_what_it_certifies(conn: sqlite3.Connection) -> None:
    assert search_file(conn, "取水许可证").meant.keys[0] == "1-08"
    assert not search_file(conn, "排污许可证").reading.replaced  # there is something called so


def test_examples_of_one_language_are_not_the_others(demo_visitor: Visitor) -> None:
    pages: dict[str, Any] = {
        one: set(SUGGESTED.findall(ask(demo_visitor, "", one))) for one in ("zh", "en")
    }
    assert pages["zh"] != pages["en"]
