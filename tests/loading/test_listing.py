"""What a user says about a list: columns, numbers of types, names of departments."""

from __future__ import annotations

import pytest

from registry.errors import RegistryError
from registry.intake.dataset import open_data_root
from registry.loading.listing import ReadingHints, with_aliases
from registry.model.instrument import Instrument
from tests.conftest import DATA


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return open_data_root(DATA).instruments[0].instrument


def test_hints_are_read() -> None:
    hints = ReadingHints.parse(["审批部门=department", "a=b=name"], "1=行政许可,2=行政处罚")
    assert hints.columns == {"审批部门": "department", "a=b": "name"}
    assert hints.type_codes["2"] == "行政处罚"
    assert ReadingHints.parse([], None) == ReadingHints()


@pytest.mark.parametrize(
    ("columns", "codes", "place"),
    [(["x=y"], None, "--map"), (["=name"], None, "--map"), ([], "77", "--type-codes")],
)
def test_a_bad_hint_names_its_option(columns: list[str], codes: str | None, place: str) -> None:
    with pytest.raises(RegistryError) as caught:
        ReadingHints.parse(columns, codes)
    assert caught.value.place == place


def test_aliases_join_the_names_of_a_department(instrument: Instrument) -> None:
    wider, ids = with_aliases(instrument, ["区发改局 = 市发展改革委"])
    assert ids == {"区发改局": "fgw"}
    (department,) = [d for d in wider.departments if d.id == "fgw"]
    assert "区发改局" in department.aliases
    assert with_aliases(instrument, []) == (instrument, {})


@pytest.mark.parametrize("alias", ["x", "=市发展改革委", "x=nobody"])
def test_a_bad_alias_names_the_option(instrument: Instrument, alias: str) -> None:
    with pytest.raises(RegistryError) as caught:
        with_aliases(instrument, [alias])
    assert caught.value.place == "--alias"
