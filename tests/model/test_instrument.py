"""What an instrument may state, and what of it has to agree."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from registry.model.instrument import Instrument
from tests.conftest import SMALL


@pytest.fixture
def content() -> dict[str, Any]:
    return deepcopy(SMALL)


def test_defaults(content: dict[str, Any]) -> None:
    ins = Instrument.model_validate(content)
    duty = ins.duties[0]
    assert (duty.unit, duty.counted_from, duty.initiation) == ("working", "issue", None)
    assert ins.duties[1].proof == "deliverable"
    assert ins.gazette is None
    assert ins.annexes[2].control_total is None


def test_look_ups(content: dict[str, Any]) -> None:
    ins = Instrument.model_validate(content)
    assert ins.annex_of(2).title == "乙"
    with pytest.raises(KeyError):
        ins.annex_of(4)
    assert ins.modes_of(1) == ("委托下放", "下放实质性审核权", "委托收件")
    assert ins.modes_of(3) == ("不再实施",)
    assert ins.departments[0].names == ("jia", "测试市甲局", "市甲局", "甲局")
    assert ins.zones[0].names == ("east", "东区管委会", "东区")


@pytest.mark.parametrize(
    ("total", "width"), [(None, 2), (0, 2), (9, 2), (29, 2), (100, 3), (1794, 4)]
)
def test_digits_of_ids(content: dict[str, Any], total: int | None, width: int) -> None:
    content["annexes"][0]["control_total"] = total
    assert Instrument.model_validate(content).id_width(1) == width


@pytest.mark.parametrize(
    ("part", "index", "change", "what"),
    [
        ("annexes", 0, {"clause": "C99"}, "clause C99 is not stated"),
        ("modes", 0, {"clause": "C99"}, "clause C99 is not stated"),
        ("zones", 1, {"clause": "C99"}, "clause C99 is not stated"),
        ("duties", 2, {"clauses": ["C10", "C99"]}, "clause C99 is not stated"),
        ("modes", 4, {"annex": 4}, "annex 4 is not stated"),
        ("duties", 0, {"modes": ["代办"]}, "mode 代办 is not stated"),
        ("duties", 0, {"modes": ["委托下放", "委托下放"]}, "mode 委托下放 stands twice"),
        ("zones", 1, {"id": "east"}, "zone east stands twice"),
        ("zones", 1, {"name": "东区"}, "zone name 东区 stands twice"),
        ("duties", 1, {"id": "agreement"}, "duty agreement stands twice"),
        ("departments", 1, {"id": "jia"}, "department name jia stands twice"),
        ("departments", 1, {"id": "east"}, "body id east stands twice"),
        ("departments", 1, {"id": "office"}, "body id office is reserved"),
        ("zones", 1, {"id": "admin"}, "body id admin is reserved"),
        ("departments", 1, {"short_name": "甲局"}, "department name 甲局 stands twice"),
        ("departments", 1, {"aliases": ["测试市甲局"]}, "department name 测试市甲局 stands twice"),
        ("duties", 1, {"counted_from": "case"}, "duty handbook needs an event"),
        ("duties", 1, {"event": {"zh": "批复", "en": "x"}}, "duty handbook needs an event"),
        ("duties", 1, {"event_act": "decide"}, "duty handbook has an act of cases"),
        (
            *("duties", 0, {"counted_from": "case", "event": {"zh": "批复", "en": "x"}}),
            "duty agreement is met case by case",
        ),
        ("clauses", 4, {"checked": "no"}, "clause C10 is not checked, but gives no reason"),
    ],
)
def test_references_and_repetitions(
    content: dict[str, Any], part: str, index: int, change: dict[str, Any], what: str
) -> None:
    content[part][index].update(change)
    with pytest.raises(ValidationError, match=what):
        Instrument.model_validate(content)


@pytest.mark.parametrize(
    ("part", "value", "what"),
    [
        ("superior_documents", SMALL["superior_documents"] * 2, "上级〔2020〕1号 stands twice"),
        (
            "agreement_terms",
            {"required": ["依据"], "recommended": ["依据"]},
            "term 依据 stands twice",
        ),
        ("clauses", [*SMALL["clauses"], SMALL["clauses"][0]], "clause C01 stands twice"),
        ("annexes", [*SMALL["annexes"], SMALL["annexes"][0]], "annex 1 stands twice"),
        ("modes", [*SMALL["modes"], SMALL["modes"][0]], "mode 委托下放 stands twice"),
        ("guidance_kinds", ["业务培训", "业务培训"], "guidance kind 业务培训 stands twice"),
    ],
)
def test_other_repetitions(content: dict[str, Any], part: str, value: Any, what: str) -> None:
    content[part] = value
    with pytest.raises(ValidationError, match=what):
        Instrument.model_validate(content)


@pytest.mark.parametrize("part", ["annexes", "modes", "zones", "clauses", "defaults"])
def test_a_list_needs_what_its_rows_rest_on(content: dict[str, Any], part: str) -> None:
    content[part] = None if part == "defaults" else []
    with pytest.raises(ValidationError, match=r"annex 1|mode|zones|clauses|defaults"):
        Instrument.model_validate(content)


@pytest.mark.parametrize("part", ["departments_provenance", "departments_source"])
def test_departments_need_an_origin(content: dict[str, Any], part: str) -> None:
    del content[part]
    with pytest.raises(ValidationError, match=f"{part} is not stated"):
        Instrument.model_validate(content)


def test_one_that_only_changes_others_has_no_list(content: dict[str, Any]) -> None:
    effect = {
        "kind": "withdraws",
        "target": "other-1",
        "effective_on": "2022-01-01",
        "clause": "C01",
    }
    stated = ("number", "title", "issuer", "signed_on", "issued_on", "issued_on_basis")
    kept = {name: content[name] for name in ("id", *stated, "provenance", "source", "clauses")}
    instrument = Instrument.model_validate(kept | {"effects": [effect]})
    assert [e.kind for e in instrument.effects] == ["withdraws"]
    with pytest.raises(ValueError, match="no list"):
        _ = instrument.row_defaults


def test_a_department_may_have_its_short_name_as_its_name(content: dict[str, Any]) -> None:
    content["departments"][0].update(name="市甲局", aliases=["市甲局"])
    assert Instrument.model_validate(content).departments[0].name == "市甲局"


def test_a_clause_that_is_not_checked_gives_its_reason(content: dict[str, Any]) -> None:
    content["clauses"][0].update(checked="no", reason={"zh": "属原则性要求", "en": "a principle"})
    reason = Instrument.model_validate(content).clauses[0].reason
    assert reason is not None
    assert reason.zh == "属原则性要求"
