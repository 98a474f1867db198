"""JSON and text say the same, in both languages, and docs/authority.md names every key of JSON."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry.authority.answer import Answer, Question
from registry.authority.answering import Authority, Span
from registry.locale import LANGUAGES, Language, list_separator
from registry.report.authority.json_format import answer_record
from registry.report.authority.powers_format import powers_of, powers_record, powers_table
from registry.report.authority.receipt import Receipt, receipt
from registry.report.authority.text_format import answer_text, timeline_text
from registry.report.authority.who_format import who_record, who_text
from registry.report.terminal import text_width
from registry.store.references import References
from tests.authority.decision_table import FIRST, OFFICE
from tests.conftest import ROOT

MARKS = {True: "√", False: "×", None: "?"}
SAYS = {
    "zh": {"yes": "可以：", "no": "不可以：", "undetermined": "无法判定："},
    "en": {"yes": "Yes: ", "no": "No: ", "undetermined": "Undetermined: "},
}
CERTAINTIES = {
    "zh": {"text": "原文", "reading": "理解", "caveat": "提示"},
    "en": {"text": "text", "reading": "reading", "caveat": "caveat"},
}
ASKED = [
    ("etdz", FIRST, "1-09", "decide", "2022-06-30", None),
    ("etdz", FIRST, "1-09", "decide", "2021-06-30", None),
    ("etdz", FIRST, "1-01", "issue", "2021-06-30", None),
    ("etdz", FIRST, "1-12", "decide", "2021-06-30", None),
    ("etdz", FIRST, "1-09", "coerce", "2021-06-30", None),
    ("etdz", FIRST, "1-05", "decide", "2021-09-10", "2021-09-09"),
    ("etdz", FIRST, "1-08", "decide", "2021-09-10", "2021-08-31"),
    ("hidz", FIRST, "1-10", "accept", "2021-04-14", None),
    ("etdz", FIRST, "3-01", "accept", "2021-06-30", None),
    ("hidz", FIRST, "2-0001", "decide", "2021-06-30", None),
    ("etdz", FIRST, "2-0001", "decide", "2021-06-30", None),
    ("city", OFFICE, "1-02", "issue", "2021-06-30", None),
    ("east", FIRST, "1-09", "decide", "2021-06-30", None),
    ("east", "test-2", "1-03", "decide", "2021-06-30", None),
    ("east", "test-3", "1-02", "coerce", "2021-06-30", None),
]


@pytest.fixture
def told(table: sqlite3.Connection) -> Callable[..., tuple[Answer, list[Span], Receipt]]:
    """Answer a question of ASKED."""
    authority = Authority(table)

    def tell(
        zone: str, instrument: str, item: str, act: str, day: str, accepted: str | None
    ) -> tuple[Answer, list[Span], Receipt]:
        question = Question(zone, number(table, instrument, item), act, day, accepted)
        return authority.can(question), authority.spans(question), receipt(table)

    return tell


def number(conn: sqlite3.Connection, instrument: str, item: str) -> int:
    (no,) = conn.execute(
        "SELECT i.no FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE ins.id = ? AND i.id = ?",
        (instrument, item),
    ).fetchone()
    return int(no)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ASKED)
def test_text_and_json_say_the_same(
    told: Callable[..., tuple[Answer, list[Span], Receipt]],
    in_language: Callable[[Language], None],
    language: Language,
    asked: tuple[str, ...],
) -> None:
    in_language(language)
    answer, spans, made = told(*asked)
    record = answer_record(answer, f"{asked[1]}:{asked[2]}", spans, made)
    text = answer_text(answer, "某区", "某事项", spans, made, width=5000, colour=False)
    lines = text.splitlines()
    assert lines[0].startswith(SAYS[language][record["answer"]])
    assert "某区" in lines[0]
    assert "某事项" in lines[0]
    assert record["question"]["on"] in lines[0]
    for line, premise in zip(lines[1:], record["premises"], strict=False):
        mark, _name, rest = line.split(maxsplit=2)
        assert mark == MARKS[premise["value"]]
        assert premise["because"][language] in line
        certainty = "caveat" if premise["caveat"] else premise["certainty"]
        assert certainty is None or CERTAINTIES[language][certainty] in rest
        assert all(ground["ref"] in line for ground in premise["basis"])
    below = "\n".join(lines[1 + len(record["premises"]) :])
    for name in ("name_of", "respondent", "answered_by"):
        assert record[name] is None or record[name] in below
    shown = [*record["conditions"], *({"text": text} for text in record["defects"])]
    assert all(one["text"][language] in below for one in shown)
    for said in (record["contested"], record["seal"] if record["name_of"] else None):
        assert said is None or said[language] in below
    assert (record["provenance"] == "demonstration") == (
        {"zh": "演示数据", "en": "Demonstration data"}[language] in below
    )
    for period in record["periods"]:
        days = [day for day in (period["from"], period["to"]) if day]
        if period["answer"] == "yes":
            assert all(day in below for day in days)
    assert f"{record['receipt']['entries']:,}" in below
    assert record["receipt"]["sha256"][:8] in below
    timeline = timeline_text(spans)
    assert all(period["from"] in timeline for period in record["periods"] if period["from"])


@pytest.mark.parametrize("asked", ASKED)
def test_nothing_is_left_in_the_other_language(
    told: Callable[..., tuple[Answer, list[Span], Receipt]], asked: tuple[str, ...]
) -> None:
    answer, spans, made = told(*asked)
    record = answer_record(answer, "", spans, made)
    for premise in record["premises"]:
        words = re.sub(r"[A-Za-z]+-[\w:-]+|elsewhere-1|test-\d", "", premise["because"]["zh"])
        assert not re.search(r"[a-z]{3}", words), premise["because"]
        assert "{" not in "".join(premise["because"].values())


def keys(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all keys; a text in both languages, and the answers by act, are one value."""
    if isinstance(value, dict) and set(value) != {*LANGUAGES} and not path.endswith("answers"):
        for name, inner in value.items():
            yield from keys(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, f"{path}[]")
        if not value:
            yield f"{path}[]"
    else:
        yield path


def documented(command: str) -> set[str]:
    page = (ROOT / "docs/authority.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {command}\n(.*?)(?=^#|\Z)", page, re.DOTALL | re.MULTILINE)
    assert section is not None
    found = re.findall(r"^\| `([^`]+)` \| (?=\S)", section[1], re.MULTILINE)
    assert len(found) == len({*found})
    return {*found}


def test_every_key_of_can_is_documented(
    told: Callable[..., tuple[Answer, list[Span], Receipt]],
) -> None:
    found: set[str] = set()
    for asked in ASKED:
        answer, spans, made = told(*asked)
        found |= {*keys(answer_record(answer, "", spans, made))}
    # What may be empty, and then stands for itself.
    nested = {key for key in found if any(other.startswith(f"{key}.") for other in found)}
    assert found - nested == documented("can")


def test_every_key_of_who_and_powers_is_documented(table: sqlite3.Connection) -> None:
    authority = Authority(table)
    item = number(table, FIRST, "1-09")
    act = authority.acts["decide"]
    found: set[str] = set()
    for day in ("2021-06-30", "2021-04-14"):
        answers = authority.who(item, "decide", day)
        departments = authority.departments_of(item, day)
        found |= {*keys(who_record(answers, departments, "", act, day))}
    assert found == documented("who")
    powers = powers_of(authority, References(table), "etdz", "2021-06-30", ("decide",))
    assert {*keys(powers_record(powers))} == documented("powers")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_in_text_and_json(
    table: sqlite3.Connection, in_language: Callable[[Language], None], language: Language
) -> None:
    in_language(language)
    authority = Authority(table)
    act = authority.acts["decide"]
    for item, day in (("1-09", "2021-06-30"), ("1-09", "2021-04-14"), ("1-12", "2021-06-30")):
        no = number(table, FIRST, item)
        answers = authority.who(no, "decide", day)
        departments = authority.departments_of(no, day)
        record = who_record(answers, departments, item, act, day)
        text = who_text(answers, departments, "某事项", act, day, 200)
        names = {answer.question.zone: answer.zone.short_name for answer in answers if answer.zone}
        shown = {zone for zone, name in names.items() if name in text}
        assert shown == {z["zone"] for z in record["zones"] if z["answer"] != "no"}
        named = all(body.short_name in text for body in departments)
        assert named or not record["municipal"]
        assert bool(record["municipal"]) == all(z["answer"] == "no" for z in record["zones"])


def test_powers_in_text_and_json(table: sqlite3.Connection) -> None:
    authority = Authority(table)
    powers = powers_of(authority, References(table), "city", "2021-06-30", ())
    record = powers_record(powers)
    assert [item["item"] for item in record["items"]] == [f"{OFFICE}:1-01", f"{OFFICE}:1-02"]
    marks = {"yes": "√", "no": "×", "undetermined": "?"}
    lines = powers_table(powers, 300).splitlines()
    for item, line in zip(record["items"], lines[2:], strict=False):
        assert line.split()[-9:] == [marks[value] for value in item["answers"].values()]
        assert "in force" in line
    assert "2 items" in lines[-1]
    assert f"{authority.acts['decide'].name_en} 2" in lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100])
def test_powers_on_a_narrow_terminal_name_the_acts_in_two_columns(
    table: sqlite3.Connection,
    in_language: Callable[[Language], None],
    language: Language,
    width: int,
) -> None:
    in_language(language)
    authority = Authority(table)
    powers = powers_of(authority, References(table), "etdz", "2021-06-30", ())
    text = powers_table(powers, width)
    assert all(text_width(line) <= width for line in text.splitlines())
    heads = text.splitlines()[0].split()
    assert heads[-1] == {"zh": "无法判定", "en": "Undetermined"}[language]
    starts = [match.start() for match in re.finditer("-+", text.splitlines()[1])]
    assert len(starts) == 5
    rows = _rows_of_table(text)
    for row, (shown, _name, _state, may, unknown) in zip(powers.rows, rows, strict=True):
        assert shown == row.shown
        for wanted, cell in (("yes", may), ("undetermined", unknown)):
            given = zip(powers.acts, row.answers, strict=True)
            labels = [act.label[language] for act, answer in given if answer == wanted]
            assert cell == (list_separator().join(labels).replace(" ", "") or "·"), row


def _rows_of_table(text: str) -> list[list[str]]:
    """The cells of a table's rows, those that were wrapped put together again, without spaces."""
    lines = text.split("\n\n")[0].splitlines()
    widths = [len(rule) + 2 for rule in lines[1].split("  ")]
    rows: list[list[str]] = []
    for line in lines[2:]:
        cells, at = [""] * len(widths), 0
        column = 0
        for character in line:
            while column < len(widths) - 1 and at >= sum(widths[: column + 1]):
                column += 1
            cells[column] += character
            at += text_width(character)
        cells = [cell.replace(" ", "") for cell in cells]
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [one + more for one, more in zip(rows[-1], cells, strict=True)]
    return rows
