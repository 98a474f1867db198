"""`registry find`, and `registry show` by names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run, sample

Runner = Callable[..., Run]
AS_OF = ("--as-of", "2021-12-31")


def found(run: Runner, *words: str) -> set[tuple[str, str]]:
    """Kind and key of everything that is found."""
    done = run("find", *words, "--format", "json", *AS_OF)
    assert done.rc == 0, done.stderr
    return {(record["kind"], record["key"]) for record in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("取水许可",), ("item", "1-08")),
        (("qushuixuke",), ("item", "1-08")),
        (("qsxk",), ("item", "1-08")),
        (("1-8",), ("item", "1-08")),
        (("1-08-etdz",), ("delegation", "1-08-etdz")),
        (("取水许可", "高新区"), ("delegation", "1-08-hidz")),
        (("水利局",), ("body", "slj")),
        (("市发改委",), ("body", "fgw")),
        (("etdz",), ("body", "etdz")),
        (("权责清单",), ("clause", "C17")),
        (("示例〔2021〕003号",), ("agreement", "示例〔2021〕003号")),
        (("p-12",), ("proof", "P-12")),
        (("g-3",), ("guidance", "G-3")),
    ],
)
def test_everything_is_found(
    run: Runner, built_copy: Path, words: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert expected in found(run, *words)


@pytest.mark.parametrize(
    ("words", "expected", "told"),
    [
        (("环评",), ("item", "1-07"), "“环评” is looked for as “环境影响评价”."),
        (("我想在高新区办取水许可",), ("delegation", "1-08-hidz"), "Not looked for: “我想”"),
        (("取水许可", "開发区"), ("delegation", "1-08-etdz"), ""),
        (("water", "permit"), ("item", "1-08"), "“取水许可”"),
        (("老板拖欠工资去哪里投诉",), ("item", "2-1190"), "No name holds “老板” as well"),
    ],
)
def test_questions_are_understood_as_on_the_site(
    run: Runner, built_copy: Path, words: tuple[str, ...], expected: tuple[str, str], told: str
) -> None:
    assert expected in found(run, *words)
    assert told in run("find", *words).stderr


def test_an_office_s_own_words_are_known(run: Runner, built_copy: Path, tmp_path: Path) -> None:
    own = built_copy.parent / "words.yml"
    own.write_text("means:\n  水证: [取水许可]\n", encoding="utf-8")
    assert ("item", "1-08") in found(run, "水证")
    own.write_text("means:\n  水证: 取水许可\n", encoding="utf-8")
    refused = run("find", "水证")
    assert refused.rc == 2
    assert "means.水证" in refused.stderr


def test_an_id_is_found_alone_and_a_delegation_not_beside_its_item(
    run: Runner, built_copy: Path
) -> None:
    assert found(run, "1-8") == {("item", "1-08")}
    assert not any(kind == "delegation" for kind, _key in found(run, "取水许可"))


def test_the_first_are_shown_and_how_many_more(run: Runner, built_copy: Path) -> None:
    shown = run("find", "许可").stdout
    assert "--all shows them" in shown
    whole = run("find", "许可", "--all").stdout
    assert "--all" not in whole
    assert len(whole) > len(shown)
    assert "项事项" not in whole
    chinese = run("--lang", "zh", "find", "取水许可").stdout
    assert chinese.startswith("事项：")


def test_nothing_is_found_and_the_nearest_is_offered(run: Runner, built_copy: Path) -> None:
    done = run("find", "取水许克")
    assert done.rc == 0
    assert "Nothing is called so. Did you mean 取水许可" in done.stdout
    assert run("find", "vvvv").stdout == "Nothing is called so.\n"
    assert run("find").rc == 2


def test_what_is_void_is_not_found(run: Runner, built_copy: Path) -> None:
    run("void", "agreement", "示例〔2021〕003号", "--why", "试")
    assert found(run, "示例〔2021〕003号") == set()
    assert "voided" in run("show", "示例〔2021〕003号").stdout


@pytest.mark.parametrize(
    "words", ["1-08", "1-8", "１－０８", "取水许可", "1-08-etdz", "1-8-聊城经开区"]
)
def test_show_takes_an_item_as_people_call_it(run: Runner, built_copy: Path, words: str) -> None:
    done = run("show", words, *AS_OF)
    assert done.rc == 0, done.stderr
    assert done.stdout.startswith("1-08 取水许可")
    assert "1-08-etdz" in done.stdout
    assert ("1-08-hidz" in done.stdout) == ("区" not in words and "etdz" not in words)


def test_show_takes_a_part_of_one_name_and_names_those_of_several(
    run: Runner, built_copy: Path
) -> None:
    one = run("show", "城镇污水排入排水管网许")
    assert (one.rc, one.stdout[:4]) == (0, "1-06")
    several = run("show", "取水")
    assert several.rc == 2
    assert "items have “取水” in their names. Name one: 1-08 取水许可" in several.stderr
    none = run("show", "取水许克")
    assert "Did you mean 取水许可" in none.stderr


def test_show_tells_a_row_of_the_ledger(run: Runner, built_copy: Path) -> None:
    shown = run("show", "示例〔2021〕003号").stdout
    for words in ("市市场监管局", "2021-05-11", "demonstration", "1-09"):
        assert words in shown
    assert (
        "业务培训" in run("show", "G-3").stdout or "Kind of guidance" in run("show", "G-3").stdout
    )
    assert "Before" in run("show", "s-4").stdout


@pytest.mark.parametrize(
    ("parameter", "same"),
    sample(
        [
            ("zone=聊城高新区", "zone=hidz"),
            ("zone=聊城高新技术产业开发区管委会", "zone=hidz"),
            ("state=待签协议", "state=待签协议"),
        ],
        1,
    ),
)
def test_queries_take_bodies_by_any_name(
    run: Runner, built_copy: Path, parameter: str, same: str
) -> None:
    query = ("query", "needs-agreement", "--format", "json", *AS_OF)
    found = run(*query, "-p", parameter).stdout
    assert found == run(*query, "-p", same).stdout
    assert json.loads(found)


def test_queries_offer_the_nearest_for_a_body_that_is_unknown(
    run: Runner, built_copy: Path
) -> None:
    by_alias = run("query", "by-department", "-p", "department=市发改委", "--format", "json")
    by_name = run("query", "by-department", "-p", "department=市发展改革委", "--format", "json")
    assert by_alias.stdout == by_name.stdout != "[]\n"
    assert json.loads(
        run("query", "by-department", "-p", "department=生态", "--format", "json").stdout
    )
    done = run("query", "by-department", "-p", "department=市水力局")
    assert done.rc == 2
    assert "Did you mean 市水利局" in done.stderr
    done = run("audit", "--zone", "聊城高薪区")
    assert done.rc == 2
    assert "Did you mean 聊城高新区" in done.stderr


@pytest.mark.parametrize(
    "day", ["2021-06-30", "2021/6/30", "2021.6.30", "2021年6月30日", "20210630"]
)
def test_days_as_people_write_them(run: Runner, built_copy: Path, day: str) -> None:
    assert run("due", "--as-of", day).stdout == run("due", "--as-of", "2021-06-30").stdout


@pytest.mark.parametrize("day", ["30.6.2021", "21-6-30", "2021-02-30", "tomorrow"])
def test_what_is_no_day(run: Runner, built_copy: Path, day: str) -> None:
    done = run("due", "--as-of", day)
    assert done.rc == 2
    assert "is not a date of the calendar" in done.stderr
