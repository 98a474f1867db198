"""What a mode of conferring lets the delegate do: a rule of instrument.yml for acts of a mode."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import Identifier, Row
from registry.model.limits import Bilingual, Name
from registry.model.vocabulary import Basis, PowerType

ActId = Literal[
    "receive",
    "accept",
    "examine",
    "decide",
    "issue",
    "revoke",
    "inspect",
    "penalise",
    "coerce",
]
"""The steps of handling a matter; table `act` has their names."""

ACTS: Final[tuple[ActId, ...]] = get_args(ActId)
ACT_NAMES: Final[dict[str, ActId]] = dict(
    zip(
        (
            *("收件", "受理", "审查", "决定", "制证送达"),
            *("撤销变更注销", "检查", "处罚", "强制措施"),
        ),
        ACTS,
        strict=True,
    )
)
"""The Chinese name of each, as papers and answers have it."""

AnswerValue = Literal["yes", "no", "undetermined"]


def _act_name(value: object) -> object:
    """The Chinese name of an act that is named by its id."""
    names: dict[str, str] = {id_: name for name, id_ in ACT_NAMES.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _known_act(name: str) -> str:
    if name not in ACT_NAMES:
        raise PydanticCustomError("act", "no act", {"value": name, "known": "、".join(ACT_NAMES)})
    return name


# The validator that stands last is asked first.
ActName = Annotated[str, BeforeValidator(_known_act), BeforeValidator(_act_name)]
"""An act by its Chinese name, or by its id; the value is the name."""


def _plain_answer(value: object) -> object:
    """YAML reads a bare yes or no as true or false."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class Condition(Row):
    """What an act is tied to besides: told with the answer, which does not hang on it.

    `duty`: the duty whose proof shows that it is met.
    """

    text: Bilingual
    duty: Identifier | None = None


class ActRule(Row):
    """One rule: whether a mode gives the delegate acts, and who answers for them.

    `answer`: in state 生效; `by_agreement`: an agreement that names the act among its powers makes
    it a yes. `needs_agreement`: not said: as the mode. `types`: only for items of these types;
    none: of all that no other rule of the mode and act names.
    `name_of`: in whose name it is done. It, `respondent` and `answered_by` are `department` (the
    item's), `delegate`, `delegate-if-authorised` (its own where a law authorises it) or
    `zone-by-status` (the zone's body where it is recorded who approved the zone), or the name of a
    body. `respondent`: who answers by law; `answered_by`: who does the work of it, if another.
    `contested`: what two texts say that disagree.
    """

    mode: Name
    acts: list[ActId] = Field(min_length=1)
    answer: Annotated[AnswerValue, BeforeValidator(_plain_answer)]
    basis: Basis
    clause: str
    types: list[PowerType] = []
    needs_agreement: bool | None = None
    by_agreement: bool = False
    name_of: Name | None = None
    seal: Bilingual | None = None
    respondent: Name | None = None
    answered_by: Name | None = None
    condition: Condition | None = None
    contested: Bilingual | None = None

    @property
    def cells(self) -> list[str]:
        """What it rules on: mode, act and type of item, each as one text."""
        types: list[str] = [*self.types] or [""]
        return ["/".join(filter(None, (self.mode, a, t))) for a in self.acts for t in types]

    @model_validator(mode="after")
    def _whole(self) -> ActRule:
        if self.answer == "no" and (self.condition or self.by_agreement):
            raise PydanticCustomError(
                "act_rule", "a no has no condition", {"mode": self.mode, "field": "answer"}
            )
        return self


class ZoneStatus(Row):
    """What the law asks of a zone's body: who approved the zone, and what authorises the body to
    act in its own name; none: not recorded. `source`: where that is known from."""

    approved_by: Literal["国务院", "省政府", "其他"] | None = None
    authorised_by: Name | None = None
    source: Name
