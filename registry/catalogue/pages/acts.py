"""What a zone may do, as pages tell it: the columns of acts of table `delegations`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.authority.position import STEPS, implementing_act
from registry.locale import N_, _
from registry.site.pages import Row

_LABELS: Final = {
    "receive": N_("Receives"),
    "accept": N_("Accepts"),
    "examine": N_("Examines"),
    "decide": N_("Decides"),
    "issue": N_("Issues"),
    "implement": N_("Carries out"),
}
_VERBS: Final = {
    "receive": N_("receive"),
    "accept": N_("accept"),
    "examine": N_("examine"),
    "decide": N_("decide"),
    "issue": N_("issue"),
    "implement": N_("carry it out"),
}
"""Column → the act: as the heading of a column, and in a sentence."""


def shown_acts(delegations: Iterable[Row]) -> dict[str, str]:
    """The columns that matter for one item, with what their acts are called.

    Those of an application; of what nobody applies for, whether a zone carries it out, unless zones
    prepare what another decides.
    """
    found: tuple[str, ...] = STEPS
    for row in delegations:
        act = implementing_act(row["initiation"], row["power_type"])
        if act is None:
            break
        steps = [row[step] for step in STEPS]
        if act in STEPS and row["implement"] != "可以" and set(steps) != {"不可以"}:
            found = STEPS
            break
        found = ("implement",)
    return {column: _(_LABELS[column]) for column in found}


def acts_of(row: Row) -> list[str]:
    """What the zone of a delegation may do: what the acts are called."""
    return [_(_VERBS[column]) for column in shown_acts([row]) if row[column] == "可以"]
