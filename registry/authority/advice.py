"""Advice on a delegation (保留, 加强指导, 调整方式, 建议收回), with the figures that it rests on.

That nobody applies is no incapacity: withdrawal is advised on findings, lateness or cases that went
back to the department, of enough cases, and never because there were none.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from registry.authority.figures import Figures, Ratio
from registry.model.config import EvaluationThresholds

AdviceKind = Literal["withdraw", "guide", "adjust", "keep"]
ADVICE_KINDS: Final[tuple[AdviceKind, ...]] = ("withdraw", "guide", "adjust", "keep")
"""The gravest first."""

Measure = Literal["findings", "late", "returned"]
BASES: Final[dict[Measure, int]] = {"findings": 1000, "late": 100, "returned": 100}
"""Measure → in how many its thresholds count: findings a thousand cases, percentages."""

Silence = Literal["not-provided", "not-in-force", "not-applied-for", "not-throughout", "part"]
"""Why nothing is advised: no file of cases; not in force on the day; or no case, of an item that
nobody applies for, that was in force for a part of the period, or in files that cover a part."""


class Ground(NamedTuple):
    """A threshold of registry.toml, and the figures that exceed it; or that there was no case.

    `threshold`: its name, or `no-case`; `limit`: its value; `figures`: None of `no-case`.
    """

    threshold: str
    measure: Measure | None = None
    limit: int = 0
    figures: Ratio | None = None


class Advice(NamedTuple):
    """`kind` None: nothing is advised, `silence` says why. To keep has no ground: nothing speaks
    against it."""

    kind: AdviceKind | None
    grounds: tuple[Ground, ...] = ()
    silence: Silence | None = None


def advise(
    figures: Figures,
    thresholds: EvaluationThresholds,
    *,
    in_force: bool,
    usable: bool,
    applied_for: bool,
    whole_period: bool,
) -> Advice:
    """The advice on one delegation.

    `in_force`: on the day; `usable`: applied for, and in force throughout the period;
    `whole_period`: files of cases cover all of it.
    """
    if not in_force:
        return Advice(None, silence="not-in-force")
    if figures.cases is None:
        return Advice(None, silence="not-provided")
    withdrawing = _exceeded("withdrawal", figures, thresholds, thresholds.minimum_cases)
    if withdrawing:
        return Advice("withdraw", withdrawing)
    guiding = _exceeded("guidance", figures, thresholds, 1)
    if guiding:
        return Advice("guide", guiding)
    if figures.cases:
        return Advice("keep")
    if not applied_for:
        return Advice(None, silence="not-applied-for")
    if not usable:
        return Advice(None, silence="not-throughout")
    if not whole_period:
        return Advice(None, silence="part")
    return Advice("adjust", (Ground("no-case"),))


def _exceeded(
    level: str, figures: Figures, thresholds: EvaluationThresholds, minimum: int
) -> tuple[Ground, ...]:
    """The thresholds of a level that are exceeded by rates of at least `minimum` cases."""
    grounds = []
    for measure, base in BASES.items():
        ratio: Ratio | None = getattr(figures, measure)
        name = f"{level}_{measure}"
        limit: int = getattr(thresholds, name)
        if ratio is not None and ratio.whole >= minimum and ratio.exceeds(limit, base):
            grounds.append(Ground(name, measure, limit, ratio))
    return tuple(grounds)
