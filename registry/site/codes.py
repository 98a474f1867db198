"""What codes in columns are called. In JSON and CSV they stay codes."""

from __future__ import annotations

from typing import Final

from registry.locale import N_, _

_PROVENANCES: Final = {
    "official": N_("official"),
    "reconstruction": N_("reconstructed, not official"),
    "demonstration": N_("demonstration, not official"),
}
_ROLES: Final = {
    "delegated": N_("delegated"),
    "direct": N_("exercised before"),
    "withdrawn": N_("withdrawn"),
}
_BASES: Final = {"text": N_("as printed"), "reading": N_("as we read it")}
_WORDS: Final = {
    "provenance": _PROVENANCES,
    "agreement_provenance": _PROVENANCES,
    "role": _ROLES,
    "annex_role": _ROLES,
    "issued_on_basis": _BASES,
    "basis": _BASES,
    "unit": {"working": N_("working days"), "calendar": N_("calendar days")},
    "counted_from": {"issue": N_("the day of issue"), "agreement": N_("the agreement")},
    "status": {
        "ok": N_("done"),
        "pending": N_("not yet due"),
        "alarm": N_("alarm"),
        "skip": N_("not applicable"),
        "manual": N_("check by hand"),
    },
    "severity": {
        "high": N_("high"),
        "medium": N_("medium"),
        "low": N_("low"),
        "info": N_("info"),
    },
    "certainty": {"settled": N_("settled"), "provisional": N_("provisional")},
    "kind": {
        "overall": N_("overall"),
        "zone": N_("zone"),
        "department": N_("department"),
        "duty": N_("duty"),
        "workbook": N_("Workbook to fill in"),
        "letter": N_("Letter"),
    },
}
_PARTIES: Final = {
    "department": N_("the municipal department"),
    "zone": N_("the development zone"),
    "office": N_("the reform office"),
}
_YES_NO: Final = (*("conferred", "entrusts", "counts_in_total", "is_workday", "waived", "late"),)


def code_word(column: str, value: object) -> str | None:
    """What a code is called in the language in use; None where the value is no code."""
    if isinstance(value, str):
        words = _WORDS.get(column, {})
        return _(words[value]) if value in words else None
    if isinstance(value, int) and column in _YES_NO:
        return _("yes") if value else _("no")
    return None


def party_word(party: str) -> str | None:
    """What a kind of body that owes something is called; None where it is no kind."""
    return _(_PARTIES[party]) if party in _PARTIES else None
