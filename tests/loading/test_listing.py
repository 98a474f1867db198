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


def test_aliases_join_the_names_of_bodies(instrument: Instrument) -> None:
    zone = instrument.zones[0]
    wider, ids = with_aliases(instrument, ["区发改局 = 市发展改革委", f"甲园={zone.short_name}"])
    assert ids == {"department": {"区发改局": "fgw"}, "zone": {"甲园": zone.id}}
    assert "甲园" in wider.zones[0].names
    (department,) = [d for d in wider.departments if d.id == "fgw"]
    assert "区发改局" in department.aliases
    assert with_aliases(instrument, []) == (instrument, {"department": {}, "zone": {}})


def test_what_holds_of_a_list_and_words_of_it() -> None:
    hints = ReadingHints.parse(
        ["A=name", "备注=ignore"],
        None,
        types=["行政许可", "行政审批=许可"],
        modes=["委托下放", "放权=委托收件"],
        department="市水利局",
        scope="部分",
        hidden=True,
    )
    assert hints.columns == {"A": "name", "备注": "ignore"}
    assert hints.type_words == {"行政审批": "行政许可"}
    assert hints.mode_words == {"放权": "委托收件"}
    assert hints.stated == {
        **{"power_type": "行政许可", "mode": "委托下放"},
        **{"department": "市水利局", "scope": "部分"},
    }
    assert hints.hidden


def test_a_type_that_is_none_names_the_option() -> None:
    with pytest.raises(RegistryError) as caught:
        ReadingHints.parse([], None, types=["甲=审批"])
    assert caught.value.place == "--type"


@pytest.mark.parametrize("alias", ["x", "=市发展改革委", "x=nobody"])
def test_a_bad_alias_names_the_option(instrument: Instrument, alias: str) -> None:
    with pytest.raises(RegistryError) as caught:
        with_aliases(instrument, [alias])
    assert caught.value.place == "--alias"
