"""An evaluation for a terminal: rows of one kind, items without a case, advice with its grounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from registry.authority.advice import ADVICE_KINDS
from registry.authority.evaluation import EvaluatedDelegation, Evaluation
from registry.authority.figures import Figures
from registry.locale import N_, _, language, list_separator
from registry.report.evaluation import RenderOptions
from registry.report.evaluation.wording import (
    ADVICE,
    CASES,
    GROUP_NAMES,
    RATIOS,
    advice_name,
    cases_text,
    grounds_text,
    lines_of,
    notes,
    title,
)
from registry.report.terminal import bold, columns, table, text_width, wrap

_NARROWEST: Final = 10
_SHORT_HEADS: Final = {
    "used": N_("Use\nrate"),
    "within_legal": N_("Legal\nlimit"),
    "within_promised": N_("Promise\nkept"),
    "findings": N_("Findings\na 1,000"),
    "returned": N_("Re-\nturned"),
    "papers": N_("Papers\nmet"),
    "satisfaction": N_("Rating"),
}


def _in_two(text: str) -> str:
    """A fraction in two lines, unless it is short."""
    return text if len(text) <= _SHORT else text.replace("/", "\n/")


_SHORT: Final = 5

Layout = Callable[[tuple[str, ...]], str]
_LAYOUTS: Final[tuple[Layout, ...]] = (
    " ".join,
    lambda lines: "\n".join(lines).replace(" ", "\n"),
    lambda lines: "\n".join(map(_in_two, lines)).replace(" ", "\n"),
)
"""How a cell's lines are set, the widest first."""


def render(evaluation: Evaluation, options: RenderOptions) -> Iterator[str]:
    """The report, a paragraph at a time."""
    yield bold(title(evaluation, language()), options.colour) + "\n"
    if evaluation.demonstrates:
        yield _("Demonstration data, not an official document.") + "\n"
    yield "\n" + _rows(evaluation, options)
    if evaluation.coverage.covered:
        yield "\n" + _idle(evaluation, options)
    yield from _advice(evaluation, options)
    yield "\n" + "".join(wrap(note, options.width) + "\n" for note in notes(evaluation, language()))


def _rows(evaluation: Evaluation, options: RenderOptions) -> str:
    if options.by == "delegation":
        named = [(_delegation_name(d), d.figures) for d in evaluation.delegations]
    else:
        entries = evaluation.zones if options.by == "zone" else evaluation.departments
        named = [(entry.name, entry.figures) for entry in entries]
    named.insert(0, (_("All"), evaluation.overall))
    heads = [_(GROUP_NAMES[options.by]), _(CASES), *(_(head) for head in _SHORT_HEADS.values())]
    for layout in _LAYOUTS:
        rows = [(name, *_cells(figures, layout)) for name, figures in named]
        taken = sum(
            max(text_width(line) for text in texts for line in text.split("\n"))
            for texts in zip(heads[1:], *(row[1:] for row in rows), strict=True)
        )
        room = options.width - taken - 2 * (len(heads) - 1)
        if room >= _NARROWEST * (1 + (layout is not _LAYOUTS[-1])):
            break
    room = max(room, _NARROWEST)
    fitted = [(wrap(name, room), *cells) for name, *cells in rows]
    return table(fitted, heads, width=options.width)


def _cells(figures: Figures, layout: Layout) -> list[str]:
    said_in = language()
    return [
        layout((cases_text(figures, said_in),)),
        *(layout(lines_of(measure, figures, said_in)) for measure in RATIOS),
    ]


def _delegation_name(delegation: EvaluatedDelegation) -> str:
    return f"{delegation.id} {delegation.item_name}"


def _idle(evaluation: Evaluation, options: RenderOptions) -> str:
    """The items without a case, zone by zone."""
    idle, used = evaluation.idle, evaluation.overall.used
    heading = _("Without a case: {idle:,} of {usable:,}").format(
        idle=len(idle), usable=used.whole if used else 0
    )
    text = bold(heading, options.colour) + "\n"
    for zone in dict.fromkeys(delegation.zone_name for delegation in idle):
        names = (f"{d.item} {d.item_name}" for d in idle if d.zone_name == zone)
        line = _("{label}: {text}").format(label=zone, text=list_separator().join(names))
        text += wrap(line, options.width) + "\n"
    return text


def _advice(evaluation: Evaluation, options: RenderOptions) -> Iterator[str]:
    """How many delegations each advice is given on; those that are not to be kept, with grounds."""
    of_kind = {
        kind: [d for d in evaluation.delegations if d.advice.kind == kind] for kind in ADVICE_KINDS
    }
    counted = [
        _("{label}: {text}").format(label=_(ADVICE[kind]), text=f"{len(found):,}")
        for kind, found in reversed(of_kind.items())
    ]
    silent = sum(d.advice.kind is None for d in evaluation.delegations)
    counted.append(_("{label}: {text}").format(label=_("No advice"), text=f"{silent:,}"))
    yield "\n" + bold(_("Advice"), options.colour) + "\n"
    yield wrap(list_separator().join(counted), options.width) + "\n"
    rows = [
        (
            advice_name(delegation.advice, language()),
            _("{delegation} ({zone})").format(
                delegation=_delegation_name(delegation), zone=delegation.zone_name
            ),
            grounds_text(delegation.advice, language()),
        )
        for kind in ADVICE_KINDS[:-1]
        for delegation in of_kind[kind]
    ]
    if rows:
        yield columns(rows, options.width)
