"""An instrument read back from the tables is the one that was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest

from registry.intake.instrument import read_instrument
from registry.intake.textfile import examine
from registry.model.authority import ActRule
from registry.model.instrument import Default, Instrument
from registry.store.connection import connect
from registry.store.instrument import UnknownInstrument, find_instrument
from registry.store.stored_instrument import stored_instrument
from tests.conftest import DATA, SmallRoot


def test_the_shipped_instrument_comes_back_whole(built: Path) -> None:
    conn = sqlite3.connect(f"file:{built}?mode=ro", uri=True)
    no, id_ = find_instrument(conn, None)
    stored = stored_instrument(conn, no, "official", "附件1.xlsx")
    conn.close()
    read = read_instrument(examine(DATA / id_ / "instrument.yml"))
    origin = Default(provenance="official", source="附件1.xlsx")
    read.defaults.annex = read.defaults.ledger = origin
    expected = [cell for rule in read.act_rules for cell in _cells(rule, read)]
    key = attrgetter("mode", "acts", "types")
    assert sorted(stored.act_rules, key=key) == sorted(expected, key=key)
    assert stored.model_copy(update={"act_rules": read.act_rules}) == read


def _cells(rule: ActRule, instrument: Instrument) -> Iterator[ActRule]:
    """A rule for each act and type of item, as they are stored."""
    needs = {mode.name: mode.needs_agreement for mode in instrument.modes}
    for act in rule.acts:
        for types in [[type_] for type_ in rule.types] or [[]]:
            update = {"acts": [act], "types": types, "needs_agreement": needs[rule.mode]}
            yield rule.model_copy(update=update)


def test_a_law_that_asks_for_terms_comes_back(small_root: SmallRoot) -> None:
    small_root.instrument["agreement_terms"]["term_basis"] = "某规定第十六条"
    stored = stored_instrument(small_root.open(), 1, "official", "附件1.xlsx")
    assert stored.agreement_terms.model_dump() == {
        "required": ["依据", "事项"],
        "recommended": ["期限"],
        "term_basis": "某规定第十六条",
    }


def test_find_instrument(small_root: SmallRoot) -> None:
    conn = connect(small_root.build().path)
    assert find_instrument(conn, "test-1") == find_instrument(conn, None)
    with pytest.raises(UnknownInstrument) as caught:
        find_instrument(conn, "test-2")
    assert str(caught.value) == "no instrument is called test-2. Known are: test-1."
    conn.close()
