"""What zones may do for an item, on a terminal: a sentence a zone, what is lacking, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from registry.authority.facts import Act
from registry.authority.in_short import in_short
from registry.authority.position import STEPS, WORDS, Position
from registry.locale import _, language
from registry.locale.labels import value_label
from registry.report.authority.wording import PREMISE_NAMES
from registry.report.terminal import indent, table, wrap


def positions_text(positions: Sequence[Position], acts: Mapping[str, Act], width: int) -> str:
    """The answers for one item, zone by zone. `acts`: every act by its id."""
    if not positions:
        return ""
    text = "".join(_sentences(positions, acts, width))
    steps: tuple[str, ...] = STEPS
    if all(position.implementing is not None for position in positions):
        steps = tuple(dict.fromkeys(act for p in positions for act in p.shown))
    rows = [
        (
            position.deciding.zone.short_name if position.deciding.zone else position.zone,
            *(_answer(position, act) for act in steps),
            state_text(position),
        )
        for position in positions
    ]
    heads = (_("Zone"), *(acts[act].label[language()] for act in steps), _("State"))
    return text + "\n" + table(rows, heads, width=width)


def _sentences(positions: Sequence[Position], acts: Mapping[str, Act], width: int) -> Iterator[str]:
    for position in positions:
        yield wrap(in_short(position, acts).say(language()), width) + "\n"
        if position.deciding.answer != "yes":
            for line in _lacking(position):
                yield indent(wrap(line, width - 2) + "\n", 2)


def _lacking(position: Position) -> Iterator[str]:
    """The premises that do not hold; where all may hold, those of which it is not known."""
    decides = False if position.deciding.answer == "no" else None
    for premise in position.deciding.premises:
        if premise.value is not decides or premise.caveat:
            continue
        text = _("Lacking: {premise}: {reason}")
        if premise.value is None:
            text = _("Not known: {premise}: {reason}")
        reason = premise.because.say(language())
        yield text.format(premise=_(PREMISE_NAMES[premise.id]), reason=reason)


def _answer(position: Position, act: str) -> str:
    answer = position.shown.get(act)
    return (value_label("decide", WORDS[answer.answer]) or "") if answer else ""


def state_text(position: Position) -> str:
    """The state of a delegation, and since when it is in it."""
    state = value_label("state", position.standing.state) or position.standing.state
    if position.state_from is None:
        return state
    return state + _(", since {day}").format(day=position.state_from)
