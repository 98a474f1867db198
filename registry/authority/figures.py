"""What is counted of delegations in a period: always a part and the whole that it is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import add
from typing import NamedTuple


class Ratio(NamedTuple):
    """`part` of `whole`. Of satisfaction: the sum of the ratings, and how many there are."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """Part ÷ whole; None where there is nothing that it could be of."""
        return self.part / self.whole if self.whole else None

    def exceeds(self, threshold: int, base: int) -> bool:
        """Whether it is more than `threshold` in `base`: exactly, without a rounded quotient."""
        return self.part * base > threshold * self.whole


class Counts(NamedTuple):
    """What is summed up over delegations; cases are those of the period.

    `usable`: applied for, and in force throughout the period; `used`: those of them with a case.
    `legal`, `promised`: cases that were decided within the limit, of those `…_judged`: decided, or
    open and past it. `late`: past the legal limit, of those `late_judged` that no department
    decided. `returned`: accepted by the zone and decided by a department, of those `decidable`: the
    zone might have decided on the day. `met`, `owed`: obligations as of the day. `wrong`: findings,
    one for each case that they are on. `not_applied_for`, `not_throughout`: delegations that are
    left out of `usable`.
    """

    delegations: int = 0
    usable: int = 0
    used: int = 0
    not_applied_for: int = 0
    not_throughout: int = 0
    met: int = 0
    owed: int = 0
    cases: int = 0
    ratings: int = 0
    rated: int = 0
    legal: int = 0
    legal_judged: int = 0
    late: int = 0
    late_judged: int = 0
    promised: int = 0
    promised_judged: int = 0
    returned: int = 0
    decidable: int = 0
    wrong: int = 0


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    summed: tuple[int, ...] = Counts()
    for one in counts:
        summed = tuple(map(add, summed, one))
    return Counts(*summed)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a delegation, or of all those of a body. None: not provided (未提供).

    `findings`: of a thousand cases as a rate; its `part` counts a finding once for each of its
    cases. See `Counts` for what each is of.
    """

    delegations: int
    not_applied_for: int
    not_throughout: int
    papers: Ratio
    cases: int | None
    used: Ratio | None
    within_legal: Ratio | None
    within_promised: Ratio | None
    late: Ratio | None
    findings: Ratio | None
    returned: Ratio | None
    satisfaction: Ratio | None


def figures(counts: Counts, *, covered: bool, audited: bool) -> Figures:
    """What counts tell. `covered`: files have cases of the period; `audited`: an audit of them is
    stored. Without, what they would give is not provided, and not 0."""
    c = counts

    def given(part: int, whole: int) -> Ratio | None:
        return Ratio(part, whole) if covered else None

    return Figures(
        delegations=c.delegations,
        not_applied_for=c.not_applied_for,
        not_throughout=c.not_throughout,
        papers=Ratio(c.met, c.owed),
        cases=c.cases if covered else None,
        used=given(c.used, c.usable),
        within_legal=given(c.legal, c.legal_judged),
        within_promised=given(c.promised, c.promised_judged),
        late=given(c.late, c.late_judged),
        findings=given(c.wrong, c.cases) if audited else None,
        returned=given(c.returned, c.decidable),
        satisfaction=given(c.ratings, c.rated),
    )
