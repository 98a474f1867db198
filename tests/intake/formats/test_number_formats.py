"""Number formats of codes: which they are, and what they make of a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.formats.number_formats import pattern_of


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("0000000000", "123456", "0000123456"),
        ("000-000", "1234", "001-234"),
        (r"000\-000", "1234567", "1234-567"),
        ('"A"0000', "12", "A0012"),
        ("[$-804]00000", "7", "00007"),
        ("[$¥-804]000", "7", "¥007"),
        ("[Red]000;-000", "7", "007"),
        ("##00", "7", "07"),
        ("(00) 00_ ", "123", "(01) 23"),
        ("000", "-7", "-7"),
        ("000", "7.5", "7.5"),
        ("000", "", ""),
    ],
)
def test_codes_are_shown_with_their_zeros(code: str, number: str, text: str) -> None:
    pattern = pattern_of(code)
    assert pattern is not None
    assert pattern.text(number) == text


@pytest.mark.parametrize(
    "code",
    [
        *("", "General", "0", "0.00", "#,##0", "00,000", "00.0", "0%", "yyyy-mm-dd", "[h]:mm", "@"),
        *("# ?/?", "00E+00", "[DBNum1]00", '"第"0"号"', "[>9]00", '"open00', "0" * 300),
    ],
)
def test_other_formats_are_let_be(code: str) -> None:
    assert pattern_of(code) is None


@given(st.integers(0, 10**15), st.text("0#- ()", max_size=30))
def test_no_digit_is_ever_lost(number: int, code: str) -> None:
    if pattern := pattern_of(code):
        digits = "".join(c for c in pattern.text(str(number)) if c.isdecimal())
        assert int(digits) == number


@given(st.text(max_size=40))
def test_any_text_may_stand_for_a_format(code: str) -> None:
    pattern = pattern_of(code)
    assert pattern is None or pattern.text("12").count("1") >= 1
