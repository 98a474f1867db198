"""Cells of ledger workbooks, read in one form."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from registry.intake.instrument import read_instrument
from registry.intake.ledger.sheet_specs import Field, FieldType, sheet_specs
from registry.intake.ledger.values import Values, number_text, plain
from registry.intake.textfile import examine
from tests.conftest import SmallRoot


@pytest.fixture
def values(small_root: SmallRoot) -> Values:
    return Values(read_instrument(examine(small_root.folder / "instrument.yml")))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("text", "  甲\r\n乙 \x07", "甲\n乙"),
        ("text", "2021.5.27", "2021.5.27"),
        ("date", "2021.5.27", "2021-05-27"),
        ("date", "２０２１年５月２７日\u200b", "2021-05-27"),
        ("date", " ", ""),
        ("date", "\u200b\u3000", ""),
        ("number", "２０", "20"),
        ("number", "7.50", "7.5"),
        ("number", "若干", "若干"),
        ("number", "1e999", "1e999"),
        ("terms", "依据；事项、期限", "依据;事项;期限"),
        ("items", "1-02；1-01", "1-02;1-01"),
        ("item", "１-０１", "1-01"),
        ("zone", "东区管委会", "东区"),
        ("zone", "市甲局", "市甲局"),
        ("department", "甲局", "市甲局"),
        ("department", "无此局", "无此局"),
        ("party", "jia", "市甲局"),
        ("party", "west", "西区"),
        ("party", "无此局", "无此局"),
    ],
)
def test_a_cell_is_read_in_one_form(
    values: Values, kind: FieldType, text: str, expected: str
) -> None:
    field = Field("x", "X", kind)
    assert values.read(field, text) == expected
    assert values.read(field, expected) == expected


@pytest.mark.parametrize(
    ("text", "kind"), [("明天", "iso_date"), ("5/27/2021", "ambiguous_date"), ("123", "iso_date")]
)
def test_what_is_no_date_is_refused(values: Values, text: str, kind: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        values.read(Field("x", "X", "date"), text)
    assert caught.value.type == kind


def test_only_of_lists_the_order_is_nothing(values: Values) -> None:
    assert values.same(Field("x", "X", "items"), "1-01;1-02", "1-02;1-01")
    assert not values.same(Field("x", "X", "items"), "1-01;1-01", "1-01")
    assert not values.same(Field("x", "X", "text"), "1-01;1-02", "1-02;1-01")


@pytest.mark.parametrize(("value", "text"), [(20.0, "20"), (0.1, "0.1"), (1e300, "1e+300")])
def test_numbers_as_cells_show_them(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value


def test_a_text_is_no_longer_than_a_cell() -> None:
    assert len(plain("甲" * 40_000)) == 32_767


@pytest.mark.parametrize("kind", ["department", "zone"])
def test_headings_of_a_sheet_differ_in_every_language(kind: str) -> None:
    for spec in sheet_specs(kind):  # type: ignore[arg-type]
        headings = [h for field in spec.fields for h in field.headings]
        assert len(headings) == len(set(headings)), spec.name
        assert set(spec.filled) <= set(spec.fillable)
    assert sheet_specs("zone")[-1].field("nonsense") is None
