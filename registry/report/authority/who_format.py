"""Who may do an act: as text, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.authority.answer import Answer
from registry.authority.facts import Act, Body
from registry.locale import _, language, list_separator
from registry.report.authority.json_format import SCHEMA
from registry.report.authority.wording import said
from registry.report.terminal import indent, table, wrap


def who_text(
    answers: Sequence[Answer],
    departments: Sequence[Body],
    item: str,
    act: Act,
    day: str,
    width: int,
) -> str:
    """Every zone that may, then those of which it can't be said, or the municipal body."""
    label = act.label[language()]
    yes = [answer for answer in answers if answer.answer == "yes"]
    open_ = [answer for answer in answers if answer.answer == "undetermined"]
    text = ""
    if yes:
        title = _("On {day} these may {act} for “{item}”:").format(day=day, act=label, item=item)
        text += wrap(title, width) + "\n" + indent(_bodies(yes, width - 2), 2)
    else:
        names = list_separator().join(body.short_name for body in departments)
        title = _("On {day} no zone may {act} for “{item}”.").format(day=day, act=label, item=item)
        text += wrap(title, width) + "\n"
        if names and not open_:
            line = _("It is done by {names} (a reading).").format(names=names)
            text += wrap(line, width) + "\n"
    if open_:
        names = list_separator().join(_name(answer) for answer in open_)
        text += wrap(_("Undetermined: {names}.").format(names=names), width) + "\n"
    return text


def _bodies(answers: Sequence[Answer], width: int) -> str:
    rows = [
        (
            _name(answer),
            said(answer.name_of),
            answer.seal[language()] if answer.seal else "",
            said(answer.respondent),
        )
        for answer in answers
    ]
    heads = (_("Who"), _("In the name of"), _("Seal"), _("Respondent"))
    return table(rows, heads, width=width)


def _name(answer: Answer) -> str:
    return answer.zone.short_name if answer.zone else answer.question.zone


def who_record(
    answers: Sequence[Answer], departments: Sequence[Body], item: str, act: Act, day: str
) -> dict[str, Any]:
    """The same for JSON; `municipal`: who does it where no zone may and of none it is unknown."""
    municipal = all(answer.answer == "no" for answer in answers)
    return {
        "schema": SCHEMA,
        "question": {"item": item, "act": act.id, "on": day},
        "zones": [
            {
                "zone": answer.question.zone,
                "answer": answer.answer,
                "certainty": answer.certainty,
                "name_of": answer.name_of if isinstance(answer.name_of, str) else None,
                "seal": dict(answer.seal) if answer.seal else None,
                "respondent": answer.respondent if isinstance(answer.respondent, str) else None,
            }
            for answer in answers
        ],
        "municipal": [body.id for body in departments] if municipal else [],
    }
