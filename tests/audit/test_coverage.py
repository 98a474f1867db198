"""Every clause is covered by a rule, enforced at intake, or excused with a reason."""

from __future__ import annotations

from registry.audit.coverage import coverage
from registry.audit.law import LAW
from registry.audit.rule import load_rules
from registry.intake.instrument import read_instrument
from registry.intake.textfile import examine
from tests.conftest import DATA


def test_no_clause_is_left_out() -> None:
    instrument = read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))
    found = coverage(instrument, load_rules())
    assert [c.clause for c in found] == [f"C{n:02}" for n in range(1, 22)] + list(LAW)
    assert [c.clause for c in found if not c.covered] == []
    stated = {c.id: c.checked for c in instrument.clauses}
    for clause in found:
        if clause.clause in stated:
            assert bool(clause.rules) == (stated[clause.clause] == "rules"), clause.clause


def test_without_rules_clauses_are_bare() -> None:
    instrument = read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))
    bare = [c.clause for c in coverage(instrument, []) if not c.covered]
    assert "C10" in bare
    assert "C03" not in bare
    assert "C19" not in bare
