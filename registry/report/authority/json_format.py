"""An answer as JSON, schema 1: docs/authority.md says what each key holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.authority.answer import Answer, Premise, Sentence
from registry.authority.answering import Span
from registry.locale import LANGUAGES
from registry.report.authority.receipt import Receipt

SCHEMA = 1


def answer_record(
    answer: Answer, item: str, spans: Sequence[Span], receipt: Receipt | None
) -> dict[str, Any]:
    """The answer. `item`: its reference; without a receipt that key is null."""
    question = answer.question
    return {
        "schema": SCHEMA,
        "question": {
            "zone": question.zone,
            "item": item,
            "act": question.act,
            "on": question.day,
            "accepted_on": question.accepted_on,
            "strict": question.strict,
        },
        "answer": answer.answer,
        "certainty": answer.certainty,
        "premises": [_premise(premise) for premise in answer.premises],
        "conditions": [
            {"text": both(condition.text), "met": condition.met} for condition in answer.conditions
        ],
        "defects": [both(defect) for defect in answer.defects],
        "name_of": _body(answer.name_of),
        "seal": dict(answer.seal) if answer.seal else None,
        "respondent": _body(answer.respondent),
        "answered_by": _body(answer.answered_by),
        "contested": dict(answer.contested) if answer.contested else None,
        "exercised_by": [body.id for body in answer.exercised_by],
        "periods": [span_record(span) for span in spans],
        "provenance": answer.provenance,
        "receipt": receipt.record() if receipt else None,
    }


def both(sentence: Sentence) -> dict[str, str]:
    """A sentence in both languages."""
    return {language: sentence.say(language) for language in LANGUAGES}


def span_record(span: Span) -> dict[str, str | None]:
    """A stretch of days with one answer; null: since ever, or open."""
    return {"from": span.from_on, "to": span.to_on, "answer": span.answer}


def _premise(premise: Premise) -> dict[str, Any]:
    return {
        "id": premise.id,
        "name": PREMISE_KEYS[premise.id],
        "value": premise.value,
        "certainty": premise.certainty,
        "caveat": premise.caveat and premise.value is None,
        "because": both(premise.because),
        "basis": [ground._asdict() for ground in premise.basis],
        "facts": [fact._asdict() for fact in premise.facts],
    }


PREMISE_KEYS = {
    "P1": "conferred",
    "P2": "derived",
    "P3": "act",
    "P4": "agreement",
    "P5": "law",
    "P6": "entrustable",
    "P7": "scope",
}
"""Premise → its name in JSON, whatever the language."""


def _body(value: str | Sentence | None) -> str | None:
    """The name of a body; where it can't be said, null: the reason stands in the text."""
    return value if isinstance(value, str) else None
