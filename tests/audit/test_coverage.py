"""Every clause is checked by a rule or duty, enforced at intake, or excused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.audit.coverage import (
    coverage,
    instrument_rules,
    law_coverage,
    refuse_taken_codes,
    unchecked,
)
from registry.audit.rule import RuleError, load_rules
from registry.intake.instrument import read_instrument
from registry.intake.law import read_laws
from registry.intake.textfile import examine
from registry.model.instrument import Instrument
from tests.conftest import DATA, SMALL


@pytest.fixture(scope="module")
def shipped() -> Instrument:
    return read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))


def test_no_clause_is_left_out(shipped: Instrument) -> None:
    found = coverage(shipped, instrument_rules(load_rules(), [shipped]))
    assert [c.clause for c in found] == [f"C{n:02}" for n in range(1, 22)]
    assert [c.clause for c in found if not c.covered] == []
    stated = {c.id: c.checked for c in shipped.clauses}
    for clause in found:
        checked = bool(clause.rules or clause.duties)
        assert checked == (stated[clause.clause] == "rules"), clause.clause
    assert list(unchecked(shipped, load_rules())) == []


def test_a_clause_has_its_duties_with_their_codes_and_its_rules(shipped: Instrument) -> None:
    found = {c.clause: c for c in coverage(shipped, instrument_rules(load_rules(), [shipped]))}
    assert [(d.duty, d.rules) for d in found["C10"].duties] == [("agreement", ("AGR001", "AGR002"))]
    assert found["C10"].rules == ("AGR005", "AGR006", "AGR007", "AGR010", "CAT007")
    assert [(d.duty, d.rules) for d in found["C12"].duties] == [("seal", ("SEA001", "DUT002"))]


def test_articles_are_what_rules_and_answers_rest_on() -> None:
    laws = read_laws(examine(DATA / "law.yml"))
    found = law_coverage(laws, load_rules())
    assert [c.clause for c in found] == [f"L{n}" for n in range(1, 30)]
    beyond = ("CSE001", "CSE002", "CSE003", "CSE004", "CSE006", "PER001", "PER002")
    chains = ("CHN001", "CHN002", "CHN003", "CHN004")
    assert {c.clause: c.rules for c in found if c.rules} == {
        "L1": ("LAW001",),
        "L2": ("CHN005", "CHN006", "LAW004"),
        "L3": ("CHN005", "CHN006", "LAW003"),
        "L4": ("AGR008", "AGR009"),
        "L5": (*chains, "CSE005"),
        "L7": ("CSE005",),
        **dict.fromkeys(("L8", "L9", "L11", "L12", "L18"), ("CSE008",)),
        **dict.fromkeys(("L13", "L14"), beyond),
        "L28": ("CSE003",),
        "L15": (*chains, "CHN005"),
        "L19": ("BOD001", "BOD002"),
        "L20": ("BOD001", "BOD002"),
        "L24": ("BOD001",),
        "L29": ("LAW006",),
    }
    # An excerpt that was not held against its text is a reading.
    assert [id_ for id_, law in laws.items() if law.status == "reading"] == ["L4", "L28"]


def test_what_nothing_checks_is_told() -> None:
    """Duties name C10 alone."""
    small = Instrument.model_validate(SMALL)
    small.clauses[0].rules = []
    small.clauses[1].rules = ["ZZZ001", "X-OWN001"]
    small.clauses[4].rules = []
    told = list(unchecked(small, load_rules()))
    number = small.number
    assert f"{number}: neither a rule nor a duty checks clause C01" in told
    assert f"{number}: clause C02 names the rule ZZZ001, which there is not" in told
    assert not any("C10" in text or "C03" in text or "duty agreement" in text for text in told)


def test_a_duty_that_no_rule_checks_is_told(shipped: Instrument) -> None:
    without = [rule for rule in load_rules() if not rule.header.check]
    told = list(unchecked(shipped, without))
    assert f"{shipped.number}: no rule checks the duty seal" in told
    assert not any("checks clause C12" in text for text in list(unchecked(shipped, load_rules())))


def test_a_code_of_another_rule_is_refused_with_its_place() -> None:
    changed = {**SMALL, "duties": [{**SMALL["duties"][0], "codes": {"late": "CAT001"}}]}
    small = Instrument.model_validate(changed)
    with pytest.raises(RuleError, match="CAT001 is a code of the built-in rules") as caught:
        refuse_taken_codes(small, {"CAT001"}, Path("instrument.yml"))
    assert str(caught.value.place) == "instrument.yml: duties.agreement.codes.late"
    refuse_taken_codes(small, {"CAT002"}, Path("instrument.yml"))
    with pytest.raises(RuleError, match="CAT001"):
        instrument_rules(load_rules(), [small])
