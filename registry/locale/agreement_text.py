"""How the agreements of a delegation stand, in one line of text."""

from __future__ import annotations

from registry.locale import _


def agreement_text(
    status: str, number: str, since: str | None, from_on: str, gap_days: int | None
) -> str:
    """The status, since when, renewed by what, and the last gap.

    `number` and `from_on` (its first day) are those of the agreement that the status speaks of;
    `since` is the day from which on agreements have been in force without a gap, None where none
    is. A `since` before `from_on` tells a renewal.
    """
    if since and since < from_on:
        text = _("{status}, since {since} (renewed by {number})").format(
            status=status, since=since, number=number
        )
    else:
        text = f"{status} {number}"
    if gap_days:
        text += _("; before that {n} days without an agreement").format(n=gap_days)
    return text
