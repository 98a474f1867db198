"""Who sends a paper, as the office has set it; what it has not set stands in 〔〕."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from registry.locale import N_
from registry.model.config import PapersConfig
from registry.report.chinese_text import chinese_date

_SENDER: Final = "〔发文单位〕"
_NUMBER: Final = "〔文号〕"
_PLACE_IN_YEAR: Final = "〔序号〕"
_CONTACT: Final = "〔姓名〕"
_TELEPHONE: Final = "〔电话〕"
_ANSWER: Final = "〔反馈期限〕"
_FIELDS: Final = {
    _SENDER: N_("the sender"),
    _NUMBER: N_("the document number"),
    _PLACE_IN_YEAR: N_("the place in the year of the document number (--number)"),
    _CONTACT: N_("the contact person"),
    _TELEPHONE: N_("the telephone"),
    _ANSWER: N_("the day for the answer"),
}
"""Placeholder → what it stands for."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What stands in a paper for its sender: each a text, or a placeholder in 〔〕."""

    name: str
    number: str
    contact: str
    telephone: str
    answer_by: str
    copies_to: tuple[str, ...] = ()
    red_heading: bool = False

    @property
    def contact_line(self) -> str:
        """（联系人：张三；联系电话：0123-4567890）."""
        return f"（联系人：{self.contact}；联系电话：{self.telephone}）"

    @property
    def left_open(self) -> list[str]:
        """What only stands as a placeholder, as message ids in the order of a paper."""
        texts = (self.name, self.number, self.contact, self.telephone, self.answer_by)
        return [name for mark, name in _FIELDS.items() if any(mark in text for text in texts)]


def sender_of(
    config: PapersConfig,
    as_of: str,
    n: int | None = None,
    answer_on: str | None = None,
    *,
    asks_for_answer: bool = False,
) -> Sender:
    """The sender of a paper of that day; `n`: the paper's place in the year; `answer_on`: the day
    until which an answer is wanted, where the paper asks for one."""
    answer_by = chinese_date(answer_on) if answer_on else _ANSWER
    number = config.number or _NUMBER
    number = number.replace("{year}", as_of[:4])
    return Sender(
        config.sender or _SENDER,
        number.replace("{n}", _PLACE_IN_YEAR if n is None else str(n)),
        config.contact or _CONTACT,
        config.telephone or _TELEPHONE,
        answer_by if asks_for_answer else "",
        tuple(config.copies_to),
        config.red_heading,
    )
