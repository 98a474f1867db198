"""A refusal says where, shows what was read, and names the option with which one goes on; and with
that option one does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from tests.intake.formats.make_files import WRITERS, write_csv
from tests.offices import (
    CHECK,
    GIVEN,
    HIGH,
    LICENCE,
    MARKET,
    RECEIVED,
    WATER,
    Item,
    Office,
    item,
)

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]


@dataclass
class Refusal:
    """A list that is refused, what the message holds, and what is said then."""

    rows: list[list[str]]
    shows: tuple[str, ...]
    option: str
    then: tuple[str, ...]
    gives: list[Item]
    annex: int = 2
    ending: str = ".csv"
    first: tuple[str, ...] = field(default=())


def one(*cells: str, head: list[str] = HEAD, **how: object) -> list[list[str]]:
    return [head, ["1", "甲许可", *cells]]


ZONED = [*HEAD, "赋权方式", "承接主体"]
REFUSALS = {
    "no header": Refusal(
        [["甲许可", WATER], ["乙许可", WATER]],
        *(("甲许可", "乙许可", WATER, "A", "B"), "--map"),
        ("--map", "A=name", "--map", "B=department", "--type", LICENCE),
        [item("甲许可"), item("乙许可")],
    ),
    "no header in a workbook": Refusal(
        [["1", "甲许可", LICENCE, WATER]],
        *(("甲许可", LICENCE), "--map"),
        ("--map", "B=name", "--map", "C=power_type", "--map", "D=department"),
        [item("甲许可")],
        ending=".xlsx",
    ),
    "no name in the header": Refusal(
        [["序号", "内容", "事项类型", "实施部门"], ["1", "甲许可", LICENCE, WATER]],
        *(("内容", "甲许可"), "--map"),
        ("--map", "内容=name"),
        [item("甲许可")],
    ),
    "department": Refusal(
        *(one(LICENCE, "区水务局"), ("D2", "区水务局"), "--alias"),
        *(("--alias", f"区水务局={WATER}"), [item("甲许可")]),
    ),
    "department with brackets": Refusal(
        *(one(LICENCE, "区发展改革局(区粮食局)"), ("D2", "'区发展改革局(区粮食局)="), "--alias"),
        *(("--alias", f"区发展改革局(区粮食局)={WATER}"), [item("甲许可")]),
    ),
    "department with a separator": Refusal(
        *(
            one(LICENCE, "县级以上工商、市场监管部门"),
            ("D2", "县级以上工商、市场监管部门="),
            "--alias",
        ),
        ("--alias", f"县级以上工商、市场监管部门={MARKET}"),
        [item("甲许可", departments=MARKET)],
    ),
    "zone": Refusal(
        *(one(LICENCE, WATER, GIVEN, "东片区", head=ZONED), ("F2", "东片区"), "--alias"),
        ("--alias", f"东片区={HIGH}"),
        [item("甲许可", zones=HIGH, mode=GIVEN)],
        annex=1,
    ),
    "no type": Refusal(
        [["序号", "事项名称", "实施部门"], ["1", "甲项", WATER], ["2", "乙项", WATER]],
        *(("2",), "--type", ("--type", LICENCE), [item("甲项"), item("乙项")]),
    ),
    "word for a type": Refusal(
        *(one("行业监管", WATER), ("C2", "行业监管"), "--type"),
        *(("--type", f"行业监管={CHECK}"), [item("甲许可", CHECK)]),
    ),
    "number of a type": Refusal(
        *(one("01", WATER), ("C2", "01"), "--type-codes"),
        *(("--type-codes", "national"), [item("甲许可")]),
    ),
    "no mode": Refusal(
        *(one(LICENCE, WATER), ("2",), "--mode"),
        *(("--mode", RECEIVED), [item("甲许可", mode=RECEIVED)]),
        annex=1,
    ),
    "word for a mode": Refusal(
        *(one(LICENCE, WATER, "下放", head=[*HEAD, "赋权方式"]), ("E2", "下放"), "--mode"),
        *(("--mode", f"下放={RECEIVED}"), [item("甲许可", mode=RECEIVED)]),
        annex=1,
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_names_the_way_on_and_the_way_is_open(office: Office, kind: str) -> None:
    refusal = REFUSALS[kind]
    told = office.shown(refusal.rows, annex=refusal.annex, ending=refusal.ending)
    text = told.stdout + told.stderr
    assert told.rc == 2, text
    assert [word for word in (*refusal.shows, refusal.option) if word not in text] == []
    found = office.read(refusal.rows, *refusal.then, annex=refusal.annex, ending=refusal.ending)
    found.holds(*refusal.gives)


@pytest.mark.parametrize("kind", REFUSALS)
def test_in_chinese_too(office: Office, kind: str) -> None:
    refusal = REFUSALS[kind]
    path = office.file(f"清单{refusal.ending}")
    WRITERS[refusal.ending](path, refusal.rows)
    words = ("load", "annex", path, "--annex", refusal.annex, "--dry-run")
    zh = ("--db", str(office.built), "--lang", "zh")
    told = office.run(*zh, *map(str, words), env={"COLUMNS": "400"})
    text = told.stdout + told.stderr
    assert told.rc == 2, text
    assert refusal.option in text
    assert not re.search(r"\b(is no|Say which|not stated|see also|Use one)\b", text), text


REFUSED = {
    "an error": ([HEAD, ["1", "#REF!", LICENCE, WATER]], "B2"),
    "a lost character": ([HEAD, ["1", "甲\ufffd许可", LICENCE, WATER]], "B2"),
    "no name": ([HEAD, ["1", "甲许可", LICENCE, WATER], ["2", "", LICENCE, WATER]], "B3"),
    "too long": ([HEAD, ["1", "甲" * 600, LICENCE, WATER]], "B2"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_only_the_file_can_mend_is_shown_by_its_cell(office: Office, kind: str) -> None:
    rows, cell = REFUSED[kind]
    told = office.shown(rows)
    assert told.rc == 2, told.stdout
    assert cell in told.stdout + told.stderr
    assert "Nothing was changed" in told.stderr


CAUTIONS = {
    "no department": ([row[:3] for row in one(LICENCE)], "--department", ("--department", WATER)),
    "a heading nobody knows": (
        [[*HEAD[:3], "经手的"], ["1", "甲许可", LICENCE, WATER]],
        "--department",
        ("--map", "经手的=department"),
    ),
}


@pytest.mark.parametrize("kind", CAUTIONS)
def test_a_caution_names_the_way_on_too(office: Office, kind: str) -> None:
    rows, option, then = CAUTIONS[kind]
    told = office.shown(rows)
    assert told.rc == 0, told.stderr
    assert option in told.stdout + told.stderr
    assert "To be looked at" in told.stdout + told.stderr
    office.read(rows, *then).holds(item("甲许可"))
    silent = office.shown(rows, *then)
    assert option not in silent.stdout + silent.stderr, "it is mended"


def test_what_is_hidden_is_told_with_the_option_that_reads_it(office: Office) -> None:
    page = "<html><meta charset=utf-8><table><tr>" + "".join(f"<th>{head}" for head in HEAD)
    page += f"<tr><td>1<td>甲许可<td>{LICENCE}<td>{WATER}"
    page += f"<tr hidden><td>2<td>乙许可<td>{LICENCE}<td>{WATER}</table>"
    found = office.text(page, ending=".html")
    found.holds(item("甲许可"))
    assert "--hidden" in found.said
    office.text(page, "--hidden", ending=".html").holds(item("甲许可"), item("乙许可"))


@pytest.mark.parametrize("option", ["--alias", "--map", "--type", "--mode"])
def test_compare_takes_the_same_options(office: Office, option: str) -> None:
    refusal = {"--alias": "department", "--map": "no header", "--type": "word for a type",
               "--mode": "word for a mode"}[option]  # fmt: skip
    rows, then = REFUSALS[refusal].rows, REFUSALS[refusal].then
    path = office.file("清单.csv")
    write_csv(path, rows)
    done = office.run("--db", str(office.built), "compare", str(path), *then, "--format", "json")
    assert done.rc == 0, done.stderr
    assert "甲许可" in done.stdout
