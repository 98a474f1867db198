"""instrument.yml: read, or refused with the line or key at fault."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.instrument import read_instrument
from registry.intake.problems import InputError, Problem
from registry.intake.textfile import examine
from registry.model.instrument import Instrument
from tests.conftest import SMALL

SHIPPED = Path(__file__).parents[2] / "data" / "liaocheng-2021-8" / "instrument.yml"


def read(path: Path, text: str, encoding: str = "utf-8") -> Instrument:
    path.write_text(text, encoding=encoding)
    return read_instrument(examine(path))


def problems(path: Path, text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(path, text)
    assert all(p.path == path and p.remedy for p in caught.value.problems)
    return caught.value.problems


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "instrument.yml"


@pytest.fixture
def content() -> dict[str, Any]:
    return deepcopy(SMALL)


def dump(content: dict[str, Any]) -> str:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(content, Dumper=dumper, allow_unicode=True, sort_keys=False))


def test_the_shipped_instrument() -> None:
    ins = read_instrument(examine(SHIPPED))
    assert (ins.number, ins.signed_on, ins.issued_on) == (
        "聊政字〔2021〕8号",
        "2021-04-15",
        "2021-04-15",
    )
    assert [(a.control_total, a.role) for a in ins.annexes] == [
        (29, "delegated"),
        (1794, "direct"),
        (None, "withdrawn"),
    ]
    assert len(ins.duties) == 12
    assert {(d.amount, d.unit, d.counted_from) for d in ins.duties} == {(30, "working", "issue")}
    assert [c.id for c in ins.clauses] == [f"C{n:02}" for n in range(1, 22)]
    assert [z.id for z in ins.zones] == ["etdz", "hidz"]
    assert len(ins.departments) == 23


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_other_encodings(path: Path, content: dict[str, Any], encoding: str) -> None:
    assert read(path, dump(content), encoding).title == "测试文件"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("title: [unclosed", "did not find expected"),
        ("title: 'unclosed", "found unexpected end of stream"),
        ("\ttitle: x", "a tab character that violates"),
        ("title: *nowhere", "undefined alias"),
    ],
)
def test_bad_yaml_with_its_line(path: Path, content: dict[str, Any], line: str, what: str) -> None:
    text = dump({"id": content.pop("id"), "number": content.pop("number")})
    (problem,) = problems(path, f"{text}{line}\n")
    assert problem.what.startswith("this is not YAML: ")
    assert what in problem.what
    assert problem.row in (3, 4)  # libyaml gives an unclosed bracket's or quotation's end
    assert "quotation marks near this line" in problem.remedy


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("title: \x07", "control characters are not allowed", "Delete the character"),
        ("id: other", "id is given twice", "Keep one"),
        ("x: {title: 1, title: 2}", "title is given twice", "Keep one"),
    ],
)
def test_what_yaml_would_pass_over(
    path: Path, content: dict[str, Any], line: str, what: str, remedy: str
) -> None:
    text = dump({"id": content.pop("id"), "number": content.pop("number")})
    (problem,) = problems(path, f"{text}{line}\n")
    assert what in problem.what
    assert problem.remedy.startswith(remedy)
    assert problem.row == 3


@pytest.mark.parametrize("value", ["!!bool foo", "!!int foo", "0b_", "!!float x", "!!int [1]"])
def test_values_that_yaml_itself_refuses(path: Path, content: dict[str, Any], value: str) -> None:
    (problem,) = problems(path, f"{dump(content)}gazette: {value}\n")
    assert problem.what.startswith("this is not YAML: ")


@pytest.mark.parametrize("text", ["# nothing\n", "- a list\n", "just text\n", "null\n"])
def test_no_mapping(path: Path, text: str) -> None:
    assert problems(path, text)[0].what == "the file states nothing"


@pytest.mark.parametrize("key", [k for k, f in Instrument.model_fields.items() if f.is_required()])
def test_a_missing_key(path: Path, content: dict[str, Any], key: str) -> None:
    del content[key]
    (problem,) = problems(path, dump(content))
    assert (problem.key, problem.remedy) == (key, "Fill it in.")


NAMED = {
    "annexes.1.role": "annexes[2].role",
    "annexes.0.control_total": "annexes[1].control_total",
    "duties.0.amount": "duties[agreement].amount",
    "duties.0.unit": "duties[agreement].unit",
    "duties.0.counted_from": "duties[agreement].counted_from",
    "duties.0.deadline": "duties[agreement].deadline",
    "zones.0.id": "zones[East].id",
    "clauses.0.id": "clauses[一 二].id",
    "modes.0.entrusts": "modes[1].entrusts",
}
"""Entries of lists are named by their id, or by their place from 1 on."""


def change(content: dict[str, Any], where: str, value: Any) -> None:
    *path, last = where.split(".")
    place: Any = content
    for part in path:
        place = place[int(part) if part.isdigit() else part]
    place[int(last) if last.isdigit() else last] = value


@pytest.mark.parametrize(
    ("where", "value", "what"),
    [
        ("issued_on", "2021-02-30", "“2021-02-30” is not a date of the calendar"),
        ("issued_on", ["2021-04-15"], "is not a date of the calendar"),
        ("issued_on", 20210415, "“20210415” is not a date of the calendar"),
        ("annexes.1.role", "直接", "“直接” is not a known value"),
        ("annexes.0.control_total", -1, "“-1” is not a number that fits"),
        ("annexes.0.control_total", 10**30, "is not a number that fits"),
        ("duties.0.amount", 0, "“0” is not a number that fits"),
        ("duties.0.unit", "week", "“week” is not a known value"),
        ("duties.0.counted_from", "signing", "“signing” is not a known value"),
        ("duties.0.deadline", 3, "nothing of this name is known here"),
        ("zones.0.id", "East", "“East” does not have the right form"),
        ("clauses.0.id", "一 二", "“一 二” does not have the right form"),
        ("number", 8, "“8” is not a text"),
        ("number", None, "nothing is filled in"),
        ("zones", "east", "this is no list"),
        ("modes.0.entrusts", [1], "“[1]” is neither yes nor no"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(
    path: Path, content: dict[str, Any], where: str, value: Any, what: str
) -> None:
    change(content, where, value)
    (problem,) = problems(path, dump(content))
    assert (problem.key, problem.row) == (NAMED.get(where, where), None)
    assert what in problem.what
    assert where in NAMED or "." not in where


def test_unquoted_dates_are_read_and_checked(path: Path, content: dict[str, Any]) -> None:
    text = dump(content)
    assert "signed_on: '2021-04-15'" in text
    unquoted = text.replace("signed_on: '2021-04-15'", "signed_on: 2021-04-15")
    assert read(path, unquoted).signed_on == "2021-04-15"
    for right in ("2021-4-15", "2021年4月15日", "２０２１/4/15", '"2021\u200b-04‑15"'):
        other = unquoted.replace("2021-04-15\n", f"{right}\n", 1)
        assert read(path, other).signed_on == "2021-04-15"
    for wrong in ("2021-04-31", "2021-4-31", "15.4.2021x"):
        (problem,) = problems(path, unquoted.replace("2021-04-15\n", f"{wrong}\n", 1))
        assert problem.what == f"“{wrong}” is not a date of the calendar"


def test_all_problems_at_once(path: Path, content: dict[str, Any]) -> None:
    del content["title"]
    change(content, "zones.1.id", "?")
    change(content, "duties.2.basis", "feeling")
    found = {p.key for p in problems(path, dump(content))}
    assert found == {"title", "zones[?].id", "duties[supervision-rules].basis"}


@pytest.mark.parametrize(
    ("where", "value", "key", "what", "remedy"),
    [
        ("zones.1.clause", "C99", "zones[west].clause", "clause C99 is not stated", "Correct it,"),
        ("duties.2.clauses", ["C10", "C99"], "duties[supervision-rules].clauses[2]", "C99", ""),
        ("duties.0.modes", ["代办"], "duties[agreement].modes[1]", "mode 代办 is not", ""),
        ("modes.4.annex", 4, "modes[5].annex", "annex 4 is not stated", ""),
        ("zones.1.id", "east", "zones[east].id", "delegate east stands twice", "Keep one"),
        ("duties.0.modes", ["委托下放"] * 2, "duties[agreement].modes[2]", "stands twice", ""),
        ("clauses.4.checked", "no", "clauses[C10]", "gives no reason", "Say why under"),
        ("duties.1.counted_from", "case", "duties[handbook]", "duty handbook needs an", "State"),
    ],
)
def test_what_does_not_fit_together_is_named_where_it_stands(
    path: Path, content: dict[str, Any], where: str, value: Any, key: str, what: str, remedy: str
) -> None:
    change(content, where, value)
    (problem,) = problems(path, dump(content))
    assert problem.key == key
    assert what in problem.what
    assert problem.remedy.startswith(remedy or "")
    assert problem.remedy != "Correct it."


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(data=st.data())
def test_any_value_anywhere_is_taken_or_an_input_error(data: st.DataObject) -> None:
    content = deepcopy(SMALL)
    place: Any = content
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(values)
    text = dump(content)
    found = taken_or_refused(text)
    assert found is None or found == taken_or_refused(text)


@given(st.text(max_size=40))
def test_any_text_is_no_instrument(text: str) -> None:
    assert taken_or_refused(text) is None


def taken_or_refused(text: str) -> Instrument | None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return read(Path(folder, "instrument.yml"), text)
        except InputError as error:
            return None if all(map(str, error.problems)) else pytest.fail("a problem says nothing")
