"""An answer on a terminal: the answer first, then every premise with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from registry.authority.answer import Answer, Premise
from registry.authority.answering import Span
from registry.locale import _, language, list_separator
from registry.report.authority.receipt import Receipt
from registry.report.authority.wording import (
    ANSWER_NAMES,
    CERTAINTY_NAMES,
    PREMISE_NAMES,
    condition_sentence,
    exercised_sentence,
    headline,
    provenance_sentence,
    responsibility_sentences,
    span_text,
)
from registry.report.terminal import bold, columns, indent, table, wrap

_MARKS: Final = {True: "√", False: "×", None: "?"}


def answer_text(
    answer: Answer,
    zone: str,
    item: str,
    spans: Sequence[Span],
    receipt: Receipt,
    *,
    width: int,
    colour: bool,
) -> str:
    """The whole answer. `zone`, `item`: as they are called; `width`: columns of the terminal."""
    title = wrap(headline(answer, zone, item).say(language()), width)
    rows = [_row(premise) for premise in answer.premises]
    text = bold(title, colour) + "\n" + indent(columns(rows, width - 2), 2)
    return text + "".join(wrap(line, width) + "\n" for line in _lines(answer, spans, receipt))


def _row(premise: Premise) -> tuple[str, ...]:
    places = list_separator().join(ground.ref for ground in premise.basis)
    certainty = "caveat" if premise.caveat and premise.value is None else premise.certainty
    return (
        _MARKS[premise.value],
        _(PREMISE_NAMES[premise.id]),
        premise.because.say(language()),
        _(CERTAINTY_NAMES[certainty]) if certainty else "",
        places,
    )


def _lines(answer: Answer, spans: Sequence[Span], receipt: Receipt) -> Iterator[str]:
    said = [condition_sentence(condition) for condition in answer.conditions]
    done = exercised_sentence(answer)
    if done is not None:
        said.append(done)
    said += responsibility_sentences(answer)
    for sentence in said:
        yield sentence.say(language())
    for defect in answer.defects:
        yield _("Defect, on which the authority does not hang: {what}.").format(
            what=defect.say(language())
        )
    yield spans_line(spans)
    origin = provenance_sentence(answer)
    if origin is not None:
        yield origin.say(language())
    yield _("Record no. {entries:,}, sha256 {digest}…").format(
        entries=receipt.entries, digest=receipt.sha256[:8]
    )


def spans_line(spans: Sequence[Span]) -> str:
    """When the answer is yes."""
    yes = [span_text(span, language()) for span in spans if span.answer == "yes"]
    if not yes:
        return _("On no day is the answer yes.")
    return _("Yes on: {spans}.").format(spans=list_separator().join(yes))


def timeline_text(spans: Sequence[Span]) -> str:
    """The answers on every day, a row a stretch."""
    rows = [(s.from_on or "…", s.to_on or "…", ANSWER_NAMES[s.answer][language()]) for s in spans]
    return table(rows, (_("From"), _("To"), _("Answer")))
