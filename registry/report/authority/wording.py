"""What answers are called and say, in the language in use or in a language named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.authority.answer import Answer, Condition, Sentence
from registry.authority.answering import Span
from registry.locale import N_, Language, language
from registry.locale.labels import ANSWERS, provenance_label

ANSWER_NAMES: Final[Mapping[str, Mapping[Language, str]]] = {
    english: {"zh": chinese, "en": english} for chinese, english in ANSWERS.items()
}
"""Answer → what it is called, as tables have it."""
CERTAINTY_NAMES: Final = {
    "text": N_("text"),
    "reading": N_("reading"),
    "contested": N_("contested"),
    "caveat": N_("caveat"),
}
PREMISE_NAMES: Final = {
    "P1": N_("conferred"),
    "P2": N_("derived from"),
    "P3": N_("act"),
    "P4": N_("agreement in force"),
    "P5": N_("bar by law"),
    "P6": N_("allowed by law"),
    "P7": N_("extent"),
}
_DOES: Final = {
    "receive": N_("receive applications for"),
    "accept": N_("accept applications for"),
    "examine": N_("examine applications for"),
    "decide": N_("decide on"),
    "issue": N_("issue documents for"),
    "revoke": N_("revoke, alter or cancel decisions on"),
    "inspect": N_("carry out inspections for"),
    "penalise": N_("impose penalties for"),
    "coerce": N_("take compulsory measures for"),
}
_HEADLINES: Final = {
    "yes": N_("Yes: on {day} {zone} may {does} “{item}”."),
    "no": N_("No: on {day} {zone} may not {does} “{item}”."),
    "undetermined": N_("Undetermined: whether on {day} {zone} may {does} “{item}”."),
}


def headline(answer: Answer, zone: str, item: str) -> Sentence:
    """The answer in one sentence. `zone`, `item`: as they are called."""
    question = answer.question
    does = Sentence(_DOES[question.act], {})
    values = {"day": question.day, "zone": zone, "does": does, "item": item}
    return Sentence(_HEADLINES[answer.answer], values)


def exercised_sentence(answer: Answer) -> Sentence | None:
    """Who does it on the day where the zone may not: the departments, by our reading."""
    if not answer.exercised_by:
        return None
    names = "、".join(body.short_name for body in answer.exercised_by)
    return Sentence(N_("On that day it is done by {names} (a reading)."), {"names": names})


def responsibility_sentences(answer: Answer) -> list[Sentence]:
    """In whose name, with which seal, and who answers in reconsideration and in court."""
    found = []
    if answer.name_of is not None:
        text = N_("In the name of {name}.")
        values = {"name": answer.name_of, "seal": answer.seal}
        if isinstance(answer.name_of, Sentence):
            text = N_("In whose name: {name}.")
        elif answer.seal is not None:
            text = N_("In the name of {name}, with the seal: {seal}.")
        found.append(Sentence(text, values))
    if answer.respondent is not None:
        text = N_("Respondent and defendant: {body}.")
        found.append(Sentence(text, {"body": answer.respondent}))
    if answer.answered_by is not None:
        text = N_("The work of answering is done by {body}.")
        found.append(Sentence(text, {"body": answer.answered_by}))
    if answer.contested is not None:
        found.append(Sentence(N_("Contested: {what}."), {"what": answer.contested}))
    return found


_MET: Final = {True: N_("met"), False: N_("not met"), None: N_("not recorded")}


def condition_sentence(condition: Condition) -> Sentence:
    """A condition, and whether it is known to be met."""
    values = {"condition": condition.text, "met": Sentence(_MET[condition.met], {})}
    if condition.recorded:
        return Sentence(N_("Condition: {condition} ({met})."), values)
    return Sentence(N_("Condition: {condition}."), values)


def span_text(span: Span, said_in: Language) -> str:
    """Days of one answer: 2021-05-11至2021-12-15."""
    text = _SPANS[span.from_on is None, span.to_on is None]
    return Sentence(text, {"from": span.from_on, "to": span.to_on}).say(said_in)


_SPANS: Final = {
    (False, False): N_("{from} to {to}"),
    (False, True): N_("from {from} on"),
    (True, False): N_("until {to}"),
    (True, True): N_("always"),
}


_ORIGINS: Final = {
    "demonstration": N_("Demonstration data, not an official document."),
    "reconstruction": N_("Reconstructed list, not an official document."),
}


def provenance_sentence(answer: Answer) -> Sentence | None:
    """What is said of an answer that rests on rows which are not official."""
    text = _ORIGINS.get(answer.provenance)
    return Sentence(text, {}) if text else None


def provenance_name(answer: Answer) -> str:
    """The provenance of an answer, as lists have it."""
    return provenance_label(answer.provenance)


def said(value: str | Sentence | None) -> str:
    """A body, or why it can't be said, in the language in use; of none, nothing."""
    return value.say(language()) if isinstance(value, Sentence) else value or ""
