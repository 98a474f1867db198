"""Who sends a paper: what is set, and what stands as a placeholder."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from registry.model.checking import checked
from registry.model.config import PapersConfig
from registry.report.sender import sender_of


def test_what_is_not_set_is_a_placeholder_and_told() -> None:
    sender = sender_of(PapersConfig(), "2021-06-30", asks_for_answer=True)
    assert (sender.name, sender.number, sender.answer_by) == (
        *("〔发文单位〕", "〔文号〕", "〔反馈期限〕"),
    )
    assert sender.contact_line == "（联系人：〔姓名〕；联系电话：〔电话〕）"
    assert len(sender.left_open) == 5
    assert len(sender_of(PapersConfig(), "2021-06-30").left_open) == 4, "no answer is asked for"


def test_a_number_has_its_year_and_place() -> None:
    config = PapersConfig(number="示改〔{year}〕{n}号")
    assert sender_of(config, "2021-06-30", 12).number == "示改〔2021〕12号"
    without = sender_of(config, "2021-06-30")
    assert without.number == "示改〔2021〕〔序号〕号"
    assert "the place in the year of the document number (--number)" in without.left_open
    assert "the document number" not in without.left_open


def test_all_that_is_set_leaves_nothing_open() -> None:
    config = PapersConfig(sender="甲办", contact="乙", telephone="1", number="甲〔{year}〕{n}号")
    sender = sender_of(config, "2021-06-30", 1, "2021-07-14", asks_for_answer=True)
    assert sender.left_open == []
    assert sender.answer_by == "2021年7月14日"


@pytest.mark.parametrize("number", ["甲{month}号", "{", "甲{n", "{n}}", ""])
def test_a_pattern_with_anything_else_in_it_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        checked(PapersConfig, {"number": number})
