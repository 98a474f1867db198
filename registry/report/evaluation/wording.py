"""Words and figures of an evaluation that its formats share. Texts are in the language given."""

from __future__ import annotations

from typing import Final

from registry.authority.advice import Advice, AdviceKind, Ground
from registry.authority.evaluation import Evaluation, GroupName
from registry.authority.figures import Figures, Ratio
from registry.locale import N_, Language, in_language
from registry.report.progress.wording import percent

GROUP_NAMES: Final[dict[GroupName, str]] = {
    "delegation": N_("Delegation"),
    "zone": N_("Zone"),
    "department": N_("Department"),
}
RATIOS: Final = {
    "used": N_("Use rate"),
    "within_legal": N_("Within legal limit"),
    "within_promised": N_("Within promised limit"),
    "findings": N_("Findings a 1,000 cases"),
    "returned": N_("Returned to department"),
    "papers": N_("Papers met"),
    "satisfaction": N_("Satisfaction"),
}
"""Field of Figures → its heading, in the order in which they are shown."""

ADVICE: Final[dict[AdviceKind, str]] = {
    "withdraw": N_("Withdrawal advised"),
    "guide": N_("More guidance"),
    "adjust": N_("Another mode"),
    "keep": N_("Keep"),
}
NOT_PROVIDED: Final = N_("not given")
CASES: Final = N_("Cases")
_MEASURES: Final = {
    "findings": N_("findings a thousand cases {rate} ({figures}), above {limit}"),
    "late": N_("past the legal limit {rate} ({figures}), above {limit}%"),
    "returned": N_("decided by a department {rate} ({figures}), above {limit}%"),
}
_NO_CASE: Final = N_("no case in the whole period; that nobody applies is no incapacity")
_SILENCES: Final = {
    "not-provided": N_("no file of cases"),
    "not-in-force": N_("not in force on the day"),
    "not-applied-for": N_("no case, of an item that nobody applies for"),
    "not-throughout": N_("no case, in force for a part of the period"),
    "part": N_("no case in the files, which cover a part of the period"),
}
NOTHING: Final = "—"


def fraction(ratio: Ratio) -> str:
    """Numerator and denominator: 12/34."""
    return f"{ratio.part:,}/{ratio.whole:,}"


def rate_text(measure: str, ratio: Ratio) -> str:
    """A ratio's rate: a percentage, a thousandth of findings, a mean of satisfaction."""
    rate = ratio.rate
    if rate is None:
        return NOTHING
    if measure == "findings":
        return f"{rate * 1000:,.1f}"
    return f"{rate:.2f}" if measure == "satisfaction" else percent(rate)


def lines_of(measure: str, figures: Figures, said_in: Language) -> tuple[str, ...]:
    """The lines of a cell: what it is of, and its rate; one alone where there is no rate."""
    ratio: Ratio | None = getattr(figures, measure)
    if ratio is None:
        return (in_language(NOT_PROVIDED, said_in),)
    if not ratio.whole:
        return (fraction(ratio),)
    if measure == "satisfaction":
        of = in_language(N_("n={number:,}"), said_in).format(number=ratio.whole)
        return (rate_text(measure, ratio), of)
    return (fraction(ratio), rate_text(measure, ratio))


def cases_text(figures: Figures, said_in: Language) -> str:
    """How many cases."""
    if figures.cases is None:
        return in_language(NOT_PROVIDED, said_in)
    return f"{figures.cases:,}"


def advice_name(advice: Advice, said_in: Language) -> str:
    """What is advised; a dash for nothing."""
    return in_language(ADVICE[advice.kind], said_in) if advice.kind else NOTHING


def ground_text(ground: Ground, said_in: Language, *, named: bool) -> str:
    """A ground: the figures, and the threshold that they exceed, with its name if `named`."""
    if ground.measure is None or ground.figures is None:
        return in_language(_NO_CASE, said_in)
    text = in_language(_MEASURES[ground.measure], said_in).format(
        rate=rate_text(ground.measure, ground.figures),
        figures=fraction(ground.figures),
        limit=ground.limit,
    )
    if not named:
        return text
    return f"{text}〔{ground.threshold}〕" if said_in == "zh" else f"{text} [{ground.threshold}]"


def grounds_text(advice: Advice, said_in: Language, *, named: bool = True) -> str:
    """All grounds of an advice, with the names of thresholds if `named`; why there is none."""
    if advice.silence is not None:
        return in_language(_SILENCES[advice.silence], said_in)
    if not advice.grounds:
        return in_language(N_("no threshold is exceeded"), said_in)
    separator = "；" if said_in == "zh" else "; "
    return separator.join(ground_text(ground, said_in, named=named) for ground in advice.grounds)


def title(evaluation: Evaluation, said_in: Language) -> str:
    """Title and period."""
    return in_language(N_("Evaluation of delegations, {from_on} to {to_on}"), said_in).format(
        from_on=evaluation.from_on, to_on=evaluation.to_on
    )


def coverage_text(evaluation: Evaluation, said_in: Language) -> str:
    """Which days files of cases cover."""
    coverage = evaluation.coverage
    if not coverage.covered:
        return in_language(
            N_("No file of cases covers the period: what rests on cases is not provided."), said_in
        )
    if coverage.whole:
        return in_language(N_("Files of cases cover the whole period."), said_in)
    pattern = in_language(N_("{from_on} to {to_on}"), said_in)
    stretches = ("、" if said_in == "zh" else ", ").join(
        pattern.format(from_on=from_on, to_on=to_on) for from_on, to_on in coverage.stretches
    )
    return in_language(
        N_(
            "Files of cases cover {covered:,} of {days:,} days ({stretches}): figures are of these."
        ),
        said_in,
    ).format(covered=coverage.covered, days=coverage.days, stretches=stretches)


def notes(evaluation: Evaluation, said_in: Language) -> list[str]:
    """What the figures rest on, and what stands apart from them."""

    def say(message: str, **values: object) -> str:
        return in_language(message, said_in).format(**values)

    overall, apart, run = evaluation.overall, evaluation.apart, evaluation.run
    texts = [coverage_text(evaluation, said_in)]
    if run is not None:
        texts.append(
            say(
                N_("Findings are those of audit {run} of {day}, by {rules} rules on cases."),
                run=run.no,
                day=run.as_of,
                rules=run.rules,
            )
        )
    else:
        texts.append(
            say(
                N_(
                    "No audit of a day from {from_on} on is stored that saw the present data: "
                    "findings are not provided. `registry audit` stores one."
                ),
                from_on=evaluation.from_on,
            )
        )
    texts.append(
        say(
            N_(
                "Use rate: items with a case, of those applied for and in force throughout the "
                "period, zone by zone. Apart: {not_applied_for:,} that nobody applies for, "
                "{not_throughout:,} not in force throughout."
            ),
            not_applied_for=overall.not_applied_for,
            not_throughout=overall.not_throughout,
        )
    )
    if evaluation.coverage.covered and apart.cases:
        texts.append(
            say(
                N_(
                    "Of {cases:,} cases, {none:,} count for no delegation: item unknown "
                    "{no_item:,}, zone unknown {no_zone:,}, never conferred on the zone "
                    "{no_delegation:,}, items of other lists {other_lists:,}."
                ),
                none=sum(apart) - apart.cases,
                **apart._asdict(),
            )
        )
    texts.append(
        say(
            N_(
                "Limits count cases that are decided, and open ones that are past them. Findings: "
                "alarms that are neither waived nor info, one for each case. Returned: decided by "
                "a department on a day on which the zone might have. Papers: as of {as_of}. "
                "Satisfaction: mean of 1 to 5."
            ),
            as_of=evaluation.as_of,
        )
    )
    if evaluation.reconstructs:
        texts.append(say(N_("The lists of items are reconstructed, not official.")))
    return texts
