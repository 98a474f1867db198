"""What a terminal shows of a department or zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.locale import N_, _, list_separator
from registry.locale.labels import provenance_label, value_label
from registry.report.terminal import bold, indent, table
from registry.store.body_facts import BodyEvent, BodyFacts

_EVENTS: Final = {
    "renamed": N_("{day}: renamed {name} ({basis})"),
    "merged": N_("{day}: {of} was merged into {by} ({basis})"),
    "split": N_("{day}: {of} was split; {by} took over ({basis})"),
    "powers-transferred": N_("{day}: the powers of {of} passed to {by} ({basis})"),
    "abolished": N_("{day}: {of} was abolished; {by} took over ({basis})"),
}
_ABOLISHED: Final = N_("{day}: {of} was abolished ({basis})")
_OWED: Final = {"ok": N_("done"), "alarm": N_("overdue"), "pending": N_("not due yet")}
_STATUS: Final = {
    "approved_by": N_("Approved by"),
    "authorised_by": N_("Authorised by"),
}
_CONTACT: Final = {
    "address": N_("Address"),
    "hours": N_("Hours"),
    "consult_phone": N_("Telephone for questions"),
    "complaint_phone": N_("Telephone for complaints"),
}


def body_text(body: BodyFacts, width: int, *, colour: bool) -> str:
    """A body whole: its names, what happened to it, what it holds and owes, and where to go."""
    rows = [(label, value) for label, value in _facts(body) if value]
    title = bold(f"{body.id} {body.name}", colour)
    return title + "\n" + indent(table(rows, width=width - 2), 2)


def _facts(body: BodyFacts) -> Iterator[tuple[str, str | None]]:
    zone = body.kind == "zone"
    yield _("Kind of body"), _("Development zone") if zone else _("Department")
    yield _("Short name"), body.short_name
    yield _("Also called"), list_separator().join(body.others)
    yield _("Changes"), "\n".join(map(_event, body.events))
    for column, label in _STATUS.items():
        yield _(label), body.status.get(column)
    if zone:
        counted = {value_label("state", state) or state: n for state, n in body.counts.items()}
        yield _("Delegations by state"), _counts(counted)
    else:
        yield _("Items it answers for, by mode"), _counts(body.counts)
    owed = {_(label): body.owed[status] for status, label in _OWED.items() if status in body.owed}
    yield _("Duties it owes"), _counts(owed)
    for column, label in _CONTACT.items():
        yield _(label), body.contact.get(column)
    if body.contact:
        origin = _origin(body.contact["provenance"] or "", body.contact["source"] or "")
        yield _("Contacts are"), origin
    yield _("Provenance"), _origin(body.provenance, body.source)


def _event(event: BodyEvent) -> str:
    text = _EVENTS[event.what]
    if event.what == "abolished" and event.by is None:
        text = _ABOLISHED
    return _(text).format(
        day=event.on, of=event.of, by=event.by, name=event.name, basis=event.basis
    )


def _counts(counts: dict[str, int]) -> str:
    return list_separator().join(f"{label} {n:,}" for label, n in counts.items())


def _origin(provenance: str, source: str) -> str:
    return f"{provenance_label(provenance)}{list_separator()}{source}"  # type: ignore[arg-type]
