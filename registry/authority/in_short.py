"""A zone's position in one sentence: whom to go to, or who does it where the zone may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.authority.answer import Answer, Sentence
from registry.authority.facts import Act, Body
from registry.authority.position import Position
from registry.authority.premises import STATES
from registry.locale import N_, Language

_ON_APPLICATION: Final = N_("For “{item}” in {zone}: {what}.{more}")
_EX_OFFICIO: Final = N_("“{item}”: {what}.{more}")

_GO_TO: Final = N_("go to {body}{name}{since}")
_DONE_BY: Final = N_("carried out by {body}{name}{since}")
_SHARED: Final = N_("{body} may {acts}{name}{since}; to {rest} is for {departments} (a reading)")
_SHARED_WITH_NOBODY: Final = N_("{body} may {acts}{name}{since}; not to {rest}")
_PART: Final = N_("{body} may {acts}{name}{since}")
_OPEN: Final = N_("whether {body} may {verb} is undetermined; ask {whom} first")
_CLOSED: Final = N_("{why}; now it is for {departments} to {verb} (a reading)")
_CLOSED_NOBODY: Final = N_("{why}; who does is not recorded, ask {body}")

_HANDLE: Final = N_("handle it")
_CARRY_OUT: Final = N_("carry it out")

_NOT_YET: Final = N_("{body} may not {verb} yet ({state})")
_PAUSED: Final = N_("since {since} {body} may not {verb} ({state})")
_NO_LONGER: Final = N_("since {since} {body} may no longer {verb} ({state})")
_NOT_AT_ALL: Final = N_("{body} may not {verb}")
_REASONS: Final[Mapping[str, str]] = {
    "尚未生效": _NOT_YET,
    "待签协议": _NOT_YET,
    "生效": _NOT_AT_ALL,
    "中止": _PAUSED,
    "上级失效": _PAUSED,
    "委托届满": _NO_LONGER,
    "已解除": _NO_LONGER,
    "已收回": _NO_LONGER,
}
"""State of a delegation → why the zone may do nothing."""
_GIVEN_UP: Final[Mapping[Language, str]] = {
    "zh": "列入不再实施事项",
    "en": "listed among what zones no longer exercise",
}
_AS_BEFORE: Final = N_("the notice is not yet in effect; who does is as it was before, ask {body}")

_IN_THE_NAME_OF: Final = N_(" (in the name of {name})")
_ORIGINAL: Final = N_(" (its original authority)")
_SINCE: Final = N_(", since {day}")
_EXTENT: Final = N_(" Extent: {remark}.")
_WITHIN: Final = N_(" Only in: {territory}.")
_UNDETERMINED: Final = N_(" Undetermined whether it may {acts}.")


def in_short(position: Position, acts: Mapping[str, Act]) -> Sentence:
    """The answer for an item in a zone. `acts`: every act by its id."""
    answer = position.deciding
    item = position.delegation.item
    zone = answer.zone.called if answer.zone else position.zone
    whole = _EX_OFFICIO if position.implementing is not None else _ON_APPLICATION
    yes, undetermined = position.acts("yes"), position.acts("undetermined")
    if yes:
        what, more = _done(position, acts), _more(position, undetermined, acts)
    else:
        what, more = _open(position) if undetermined else _closed(position), ""
    return Sentence(whole, {"item": item.name, "zone": zone, "what": what, "more": more})


def _body(position: Position) -> str | Mapping[Language, str]:
    """The zone's body; its English only where the sentence has not named the zone yet."""
    zone = position.deciding.zone
    if zone is None:
        return position.zone
    return zone.said() if position.implementing is not None else zone.name


def _done(position: Position, acts: Mapping[str, Act]) -> Sentence:
    """What the zone does, and who does the rest."""
    answer = position.deciding
    values: dict[str, Any] = {"body": _body(position), "name": _name(position), "since": ""}
    original = position.delegation.item.annex_role == "direct"
    if position.since is not None and not original:
        values["since"] = Sentence(_SINCE, {"day": position.since})
    yes, no = position.acts("yes"), position.acts("no")
    if position.implementing is answer and answer.answer == "yes":
        return Sentence(_DONE_BY, values)
    if not no and not position.acts("undetermined"):
        return Sentence(_GO_TO, values)
    values |= {"acts": _listed(yes, acts), "rest": _listed(no, acts)}
    values["departments"] = _names(answer.departments)
    if not no:
        return Sentence(_PART, values)
    return Sentence(_SHARED if answer.departments else _SHARED_WITH_NOBODY, values)


def _name(position: Position) -> Sentence | str:
    """In whose name, where it is not the zone's own and can be said."""
    if position.delegation.item.annex_role == "direct":
        return Sentence(_ORIGINAL, {})
    name = position.deciding.name_of
    period = position.delegation.period_on(position.deciding.question.day)
    zone, departments = position.deciding.zone, position.deciding.departments
    own = zone.name if zone else position.zone
    if isinstance(name, str) and name != own and period is not None and period.entrusts:
        names = _names(departments)
        return Sentence(_IN_THE_NAME_OF, {"name": names if names["zh"] == name else name})
    return ""


def _more(
    position: Position, undetermined: Iterable[str], acts: Mapping[str, Act]
) -> Sentence | str:
    """What the act is tied to: a part, a territory; and what is not known."""
    meant = position.deciding.delegation or position.delegation
    period = meant.period_on(position.deciding.question.day)
    found = []
    if period is not None and period.scope == "部分" and period.remark:
        found.append(Sentence(_EXTENT, {"remark": period.remark}))
    if period is not None and period.territory:
        found.append(Sentence(_WITHIN, {"territory": period.territory}))
    if listed := list(undetermined):
        found.append(Sentence(_UNDETERMINED, {"acts": _listed(listed, acts)}))
    if not found:
        return ""
    numbered = {f"part{n}": sentence for n, sentence in enumerate(found)}
    return Sentence("".join(f"{{{name}}}" for name in numbered), numbered)


def _open(position: Position) -> Sentence:
    """It can't be told whether the zone may."""
    answer = position.deciding
    whom: Any = _names(answer.departments) if answer.departments else _body(position)
    return Sentence(_OPEN, {"body": _body(position), "verb": _verb(position), "whom": whom})


def _closed(position: Position) -> Sentence:
    """Why the zone may not, and who does it instead."""
    answer = position.deciding
    values: dict[str, Any] = {"body": _body(position), "verb": _verb(position)}
    if position.standing.state == "尚未生效" and position.delegation.item.annex_role != "delegated":
        return Sentence(_AS_BEFORE, values)
    return Sentence(
        _CLOSED if answer.exercised_by else _CLOSED_NOBODY,
        {
            **values,
            "why": _why(answer, values, position),
            "departments": _names(answer.exercised_by),
        },
    )


def _why(answer: Answer, values: Mapping[str, Any], position: Position) -> Sentence:
    meant = answer.delegation or position.delegation
    standing = meant.standing_on(answer.question.day)
    given_up = meant.item.annex_role == "withdrawn" and standing.state == "已收回"
    state = _GIVEN_UP if given_up else STATES[standing.state]
    return Sentence(_REASONS[standing.state], {**values, "state": state, "since": standing.from_on})


def _verb(position: Position) -> Sentence:
    return Sentence(_HANDLE if position.implementing is None else _CARRY_OUT, {})


def _names(bodies: Iterable[Body]) -> dict[str, str]:
    names = [body.said(short=True) for body in bodies]
    return {
        "zh": "、".join(name["zh"] for name in names),
        "en": ", ".join(name["en"] for name in names),
    }


def _listed(ids: Iterable[str], acts: Mapping[str, Act]) -> dict[str, str]:
    named = [acts[act] for act in ids]
    return {"zh": "、".join(a.name for a in named), "en": ", ".join(a.name_en for a in named)}
