"""What nobody sees in dates, codes and numbers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.model.figures import holds_unseen, plain_figures


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\ufeff2021\u200b‑05－28\u00a0", "2021-05-28"),
        ("\u3000３７１５　００\u3164１", "3715 00 1"),
        ("\u200b\u3000\u2800", ""),
        (" 1-07\n", "1-07"),
        ("一枚印章管审批", "一枚印章管审批"),
    ],
)
def test_figures_are_made_plain(text: str, plain: str) -> None:
    assert plain_figures(text) == plain


@given(st.text())
def test_what_is_plain_stays_and_shows_itself(text: str) -> None:
    plain = plain_figures(text)
    assert plain_figures(plain) == plain == plain.strip()
    assert not holds_unseen(plain)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_what_is_seen_is_never_taken_for_nothing(text: str) -> None:
    shown = [c for c in text if unicodedata.name(c, "").find("FILLER") < 0 and c != "\u2800"]
    assert bool(plain_figures(text)) == bool(shown)
    assert not holds_unseen(text)
