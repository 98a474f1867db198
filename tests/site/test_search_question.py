"""How a question is understood, and what the search knows of words."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.model.word_list import WordList
from registry.site.search.meaning import Meaning
from registry.site.search.named import ask
from registry.site.search.nearest import nearest_names
from registry.site.search.question import Question, Term, understand
from registry.site.search.vocabulary import compiled, load_vocabulary, shipped_words, vocabulary
from registry.site.search.zone_words import Zone, zone_words
from tests.conftest import examples
from tests.publications import AS_OF, publish

NAMES = [
    "取水许可",
    "对违反取水许可的处罚",
    "民办学校设立审批",
    "挖掘城市道路审批",
    "建设项目手续办理",
]
ZONES = zone_words(
    (
        Zone("a", "甲市经济技术开发区管委会", "甲市经开区"),
        Zone("b", "甲市高新技术产业开发区管委会", "甲市高新区"),
        Zone("c", "乙县人民政府", "乙县政府"),
        Zone("m", "甲市人民政府", "市政府"),
    ),
    ("甲市",),
)
WORDS = vocabulary(compiled(shipped_words().model_dump_json()))


def read(query: str) -> Question:
    """Understand a query about NAMES."""
    return understand(query, WORDS, ZONES, lambda text: text in "\n".join(NAMES))


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        *(("高新区", ["b"]), ("甲市高新区管委会", ["b"]), ("高新技术产业开发区", ["b"])),
        *(("经开区", ["a"]), ("经济技术开发区管理委员会", ["a"]), ("开发区", ["a", "b"])),
        *(("乙县政府", ["c"]), ("新区", []), ("技术", []), ("市政府", [])),
    ],
)
def test_zones_are_known_by_what_people_call_them(text: str, zones: list[str]) -> None:
    assert ZONES.find(text)[0] == zones


def test_the_place_is_no_zone() -> None:
    assert ZONES.find("甲市取水") == ([], ["甲市"], ["取水"])
    assert zone_words((), ()).find("高新区") == ([], [], ["高新区"])


@pytest.mark.parametrize(
    ("query", "text", "dropped"),
    [
        ("我想办取水许可", "取水许可", ["我想", "办"]),
        ("取水许可在哪里办？", "取水许可", ["在哪里", "办"]),
        ("民办学校", "民办学校", []),  # 办 is a part of the word
        ("建设项目手续办理", "建设项目手续办理", []),  # a name as it is
        ("开发商", "开发商", []),  # no name holds it without 开
        ("想在河边打井", "河边 打井", ["想在"]),  # what stands beside an everyday word
        ("怎么办", "怎么办", []),  # nothing would be left
        ("how do I get a water permit", "water permit", ["how", "do", "i", "get", "a"]),
    ],
)
def test_words_of_a_sentence_are_dropped(query: str, text: str, dropped: list[str]) -> None:
    question = read(query)
    assert question.text == text
    assert question.dropped == dropped


def test_everyday_words_are_looked_for_as_lists_call_them() -> None:
    assert read("环评").terms == [Term("环评", ("环境影响评价",))]
    assert read("HuanPing").terms == read("huan ping").terms == read("环评").terms
    assert read("打井 许可").terms == [Term("打井", ("取水",)), Term("许可")]
    assert read("開KTV").terms == [Term("ktv", ("娱乐场所",))]
    assert read("Water permit, please").terms[0].meanings == ("取水许可",)


def test_what_is_typed_as_lists_have_it_is_not_changed() -> None:
    for query in ("取水许可", "取水 许可", "qushui", "1-08", "没有的词", "permission"):
        assert not read(query).changed, query


def test_traditional_characters_are_said() -> None:
    assert read("取水許可").simplified == "取水许可"
    assert read("取水许可").simplified is None


@settings(max_examples=examples(150), deadline=None)
@given(st.text(max_size=40) | st.text("我想在高新区办取水许可怎么開營業執照 water", max_size=30))
def test_no_question_is_an_error(query: str) -> None:
    question = read(query)
    assert question.terms or question.zones or not query.strip()
    assert len(set(question.zones)) == len(question.zones)
    meaning = Meaning(question.terms, [(name, name, 0) for name in NAMES])
    assert {hit.key for hit in meaning.hits()} <= {*NAMES}


@given(st.sampled_from(NAMES), st.data())
def test_a_part_of_a_name_is_never_taken_apart(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    assert read(part).text == part


def test_best_meanings_come_first_but_permits_before_all() -> None:
    terms = [Term("店", ("许可甲", "登记乙"))]
    names = [("1", "登记乙", 0), ("2", "许可甲的处罚", 3), ("3", "许可甲", 0), ("4", "店", 0)]
    meaning = Meaning(terms, names)
    assert [hit.key for hit in meaning.hits()] == ["3", "1", "4", "2"]
    assert meaning.replaced == [("店", ["许可甲", "登记乙"], [])]


def test_what_no_name_holds_is_left_out_if_it_is_short() -> None:
    names = [("1", "取水许可", 0)]
    assert Meaning([Term("老板"), Term("取水")], names).unknown == ["老板"]
    assert Meaning([Term("很长的一段话"), Term("取水")], names).hits() == []
    assert Meaning([Term("老板")], names).hits() == []
    assert Meaning([Term("老板"), Term("水")], names).unknown == []  # too little would be left


def test_single_characters_are_left_out_if_they_are_in_the_way() -> None:
    names = [("1", "取水许可", 0), ("2", "挖掘城市道路证", 0)]
    assert Meaning([Term("取水"), Term("证")], names).unknown == ["证"]
    assert [hit.key for hit in Meaning([Term("取水"), Term("证")], names).hits()] == ["1"]
    assert Meaning([Term("挖"), Term("城市")], names).unknown == []


def test_names_that_come_near() -> None:
    names = [(name, name, 0) for name in NAMES]
    (hit,) = nearest_names([Term("挖开城市的道路")], names, {"的"}, 3)
    assert hit.key == "挖掘城市道路审批"
    assert [part.text for part in hit.parts if part.found] == ["城市道路"]
    assert nearest_names([Term("结婚离婚")], names, set(), 3) == []
    assert nearest_names([Term("abc")], names, set(), 3) == []


def test_things_outside_a_publication_are_asked_for_alike() -> None:
    named = [("取水许可", "甲市高新区"), ("取水许可", "甲市经开区"), ("民办学校设立审批", "")]
    bodies = [Zone("b", "甲市高新技术产业开发区管委会", "甲市高新区")]
    named[0] = ("取水许可", "甲市高新技术产业开发区管委会")
    found = ask("我想在高新区办取水许可", named, bodies, ("甲市",), shipped_words())
    assert found
    assert found.places == [0]
    assert found.dropped == ["我想", "在", "办"]
    assert ask("取水", named, bodies, ("甲市",), shipped_words()) is None


# ---- words.yml ----


def test_the_shipped_words_are_chinese_and_said_once() -> None:
    words = shipped_words()
    for said, called in words.means.items():
        assert [said] != called, said
        for expression in called:
            assert re.fullmatch("[\u4e00-\u9fff]{2,}( [\u4e00-\u9fff]{2,})*", expression), said
    for group in words.same:
        assert all(re.fullmatch("[\u4e00-\u9fff]{2,}", word) for word in group), group
    for said in words.english:
        assert re.fullmatch("[a-z]+([ -][a-z]+)*", said), said
    assert {*words.examples} == {"zh", "en"}


def test_an_office_adds_its_own_words(built: Path, tmp_path: Path) -> None:
    own = WordList(means={"水证": ["取水许可"], "环评": ["环评文件"]}, examples={"zh": ["水证"]})
    target = tmp_path / "own.db"
    publish(built, target, as_of=AS_OF, demo=False, words=shipped_words().with_own(own))
    conn = sqlite3.connect(target)
    stored = load_vocabulary(conn)
    assert stored.means["水证"] == ("取水许可",)
    assert stored.means["环评"] == ("环评文件",)
    assert stored.means["能评"] == ("节能审查",)
    assert stored.examples["zh"] == ("水证",)
    assert stored.examples["en"] == tuple(shipped_words().examples["en"])
    conn.close()


def test_a_file_of_before_has_no_words() -> None:
    conn = sqlite3.connect(":memory:")
    none = load_vocabulary(conn)
    assert understand("我想办環评", none, None, lambda _text: False).text == "我想办環评"
    conn.close()


def test_the_stored_words_hold_what_a_server_needs() -> None:
    stored = json.loads(compiled(shipped_words().model_dump_json()))
    old, new = stored["traditional"]
    assert len(old) == len(new) > 2000
    assert dict(zip(old, new, strict=True))["許"] == "许"
    assert stored["pinyin"]["huanping"] == "环评"
