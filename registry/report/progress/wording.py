"""Words and figures of progress that its three formats share."""

from __future__ import annotations

from typing import Final

from registry.audit.progress import ObligationCounts, Progress, RankedEntry
from registry.locale import N_, _, language, list_separator

GROUPS: Final = {
    "instrument": N_("Instruments"),
    "zone": N_("Zones"),
    "department": N_("Departments"),
    "duty": N_("Duties"),
}
_HEADS: Final = (
    N_("Place"),
    N_("Owed"),
    N_("Met"),
    N_("On time"),
    N_("Not yet due"),
    N_("Past due"),
    N_("No date"),
    N_("Completion rate"),
    N_("On-time rate"),
)


def percent(rate: float | None) -> str:
    """A rate as 93.8%. What is not all is never rounded up to 100%, nor something down to 0%."""
    if rate is None:
        return "—"
    tenths = round(rate * 1000)
    if rate < 1:
        tenths = min(tenths, 999)
    if rate > 0:
        tenths = max(tenths, 1)
    return f"{tenths / 10:.1f}%"


def headings(group: str) -> tuple[str, ...]:
    """The headings of a group's table: place, name, counts, rates."""
    place, *rest = (_(head) for head in _HEADS)
    return (place, _(GROUPS[group]), *rest)


def row(standing: RankedEntry) -> tuple[int | str, ...]:
    """A line of a group's table, in the language in use."""
    return (standing.rank, getattr(standing.name, language()), *figures(standing.counts))


def figures(counts: ObligationCounts) -> tuple[int | str, ...]:
    """Counts and rates, as the table shows them."""
    return (
        *(
            counts.applicable,
            counts.met,
            counts.on_time,
            counts.pending,
            counts.overdue,
            counts.unknown,
        ),
        *(percent(counts.rate), percent(counts.on_time_rate)),
    )


def headlines(progress: Progress) -> list[str]:
    """The result in a sentence: of delegated items, then of the others, where there are both."""
    if progress.delegated is None:
        return [_sentence(progress.overall)]
    return [
        _("Delegated items: {sentence}").format(sentence=_sentence(progress.delegated)),
        _("Other items, which stand apart: {sentence}").format(sentence=_sentence(progress.others)),
    ]


def _sentence(overall: ObligationCounts) -> str:
    text = _(
        "Of {owed:,} obligations {met:,} are met ({rate}), {on_time:,} of them on time "
        "({on_time_rate} of all); {pending:,} are not yet due, {overdue:,} are overdue."
    ).format(
        owed=overall.applicable,
        met=overall.met,
        rate=percent(overall.rate),
        on_time=overall.on_time,
        on_time_rate=percent(overall.on_time_rate),
        pending=overall.pending,
        overdue=overall.overdue,
    )
    if overall.unknown:
        text += " " * (language() == "en") + _(
            "The due date of {unknown:,} can't be worked out."
        ).format(unknown=overall.unknown)
    return text


def notes(progress: Progress) -> list[str]:
    """How rates are worked out, what is counted twice, and what is not official."""
    texts = [
        _(
            "Completion rate = met ÷ owed; on-time rate = met by the due date ÷ owed. What is "
            "counted from an event that has not happened is not owed yet."
        ),
        _(
            "{shared:,} obligations are owed by a department and a zone together; they count "
            "for both, and once in the whole."
        ).format(shared=progress.shared),
    ]
    if progress.unowned:
        texts.append(
            _("{unowned:,} obligations of items without a department count for none.").format(
                unowned=progress.unowned
            )
        )
    if progress.reconstructs:
        texts.append(_("The lists of items are reconstructed, not official."))
    return texts


def title(progress: Progress) -> str:
    """Title and day."""
    return _("Progress of {instruments} as of {as_of}").format(
        instruments=list_separator().join(progress.instruments), as_of=progress.as_of
    )
