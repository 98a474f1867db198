"""Who accepts, examines and decides: what a mode of conferral means for one zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from registry.locale import N_, _

Party = Literal["zone", "for-department", "department", "nobody", "unknown"]

_STEPS: Final[dict[str, tuple[Party, Party, Party]]] = {
    "下放实质性审核权": ("zone", "zone", "department"),
    "委托收件": ("zone", "department", "department"),
}
"""Modes that share the work out, by name: the notice itself names them so."""

NOT_SIGNED: Final = N_("Not yet exercisable: no agreement that is signed is on record")
NOT_EFFECTIVE: Final = N_("Not yet exercisable: the agreement takes effect on {day}")
EXPIRED: Final = N_("No longer exercisable: the agreement has expired")
TERMINATED: Final = N_("No longer exercisable: the agreement was terminated")

_ENDED: Final = frozenset(("已收回", "已到期"))
_NOT_CONFERRED: Final = {
    "尚未生效": N_("Not yet exercisable: conferred from {first} on"),
    "已中止": N_("Not exercisable: suspended ({document})"),
    "已收回": N_("No longer exercisable: withdrawn ({document})"),
    "已到期": N_("No longer exercisable: the conferral ended on {last}"),
    "不再实施": N_("No longer exercised by the zone"),
}
"""`conferral` of a delegation that is not in force on the day → its status."""


@dataclass(frozen=True, slots=True)
class Division:
    """Who does what for one item in one zone.

    `steps`: who accepts, examines and decides; of an item that nobody applies for, only who
    implements it. `exercisable`: whether the zone may do its part on the day of the data.
    """

    steps: tuple[Party, ...]
    exercisable: bool
    status: str


def divide(delegation: Mapping[str, Any], as_of: str) -> Division:
    """The division for a row of `delegations` on the day of the data."""
    exercisable, status = _status(delegation, as_of)
    steps = _steps(delegation)
    # One who only receives papers, or examines, for another doesn't implement.
    return Division(
        steps if delegation["initiation"] != "依职权" else steps[-1:], exercisable, status
    )


def _steps(delegation: Mapping[str, Any]) -> tuple[Party, Party, Party]:
    if delegation["annex_role"] == "withdrawn" or delegation["conferral"] in _ENDED:
        return ("nobody", "nobody", "nobody")
    # Entrusted without an agreement, by who stands above the departments: we have no word for it.
    if delegation["entrusts"] and delegation["agreement_status"] != "不适用":
        return ("for-department", "for-department", "for-department")
    if delegation["annex_role"] == "direct":
        return ("zone", "zone", "zone")
    return _STEPS.get(delegation["mode"], ("unknown", "unknown", "unknown"))


def _status(delegation: Mapping[str, Any], as_of: str) -> tuple[bool, str]:
    if not delegation["conferred"]:
        return False, _(_NOT_CONFERRED[delegation["conferral"]]).format(
            first=delegation["valid_from"],
            last=delegation["valid_to"],
            document=delegation["opened_by"] or delegation["opening_clause"],
        )
    since = delegation["exercisable_from"]
    if delegation["agreement_status"] != "不适用":
        if delegation["agreement_status"] == "已届满":
            return False, _(EXPIRED)
        if delegation["agreement_status"] == "已解除":
            return False, _(TERMINATED)
        if delegation["agreement_status"] != "已签订":
            return False, _(NOT_SIGNED)
        if not since or since > as_of:
            return False, _(NOT_EFFECTIVE).format(day=since or "—")
    if delegation["annex_role"] == "direct":
        return True, _("Exercised within its original authority")
    return True, _("Exercisable since {day}").format(day=since) if since else _("Exercisable")
