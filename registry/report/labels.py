"""Words for statuses, severities and provenances, shared by every format that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from registry.locale import N_, _, list_separator
from registry.model.vocabulary import Provenance, Severity, Status

_STATUS: Final[dict[Status, str]] = {
    "ok": N_("done"),
    "pending": N_("not yet due"),
    "alarm": N_("alarm"),
    "skip": N_("not applicable"),
    "manual": N_("check by hand"),
}
_SEVERITY: Final[dict[Severity, str]] = {
    "high": N_("high"),
    "medium": N_("medium"),
    "low": N_("low"),
    "info": N_("info"),
}
_PROVENANCE: Final[dict[Provenance, str]] = {
    "official": N_("official"),
    "reconstruction": N_("reconstructed, not official"),
    "demonstration": N_("demonstration, not official"),
}
_CERTAINTY: Final = {"settled": N_("settled"), "provisional": N_("provisional")}
_TABLE: Final = {
    "instrument": N_("notice"),
    "item": N_("items"),
    "agreement": N_("agreements"),
    "deliverable": N_("deliverables"),
    "guidance_request": N_("guidance requests"),
    "service_reduction": N_("service reductions"),
}


def status_word(status: Status) -> str:
    """A status in the user's language."""
    return _(_STATUS[status])


def severity_word(severity: Severity) -> str:
    """A severity in the user's language."""
    return _(_SEVERITY[severity])


def provenance_word(provenance: Provenance) -> str:
    """A provenance in the user's language."""
    return _(_PROVENANCE[provenance])


def certainty_word(certainty: str) -> str:
    """How certain a working day is, in the user's language."""
    return _(_CERTAINTY[certainty])


def provenance_lines(rows: Mapping[str, Mapping[Provenance, int]]) -> Iterable[str]:
    """A line for each provenance: how many rows of which table are of it."""
    for provenance in _PROVENANCE:
        parts = [
            _("{table} {n:,}").format(table=_(_TABLE[table]), n=counts[provenance])
            for table, counts in rows.items()
            if counts.get(provenance)
        ]
        if parts:
            yield _("{provenance}: {rows}").format(
                provenance=provenance_word(provenance), rows=list_separator().join(parts)
            )
