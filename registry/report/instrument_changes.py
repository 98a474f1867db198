"""What loading an instrument changes, as text: a line a row, what it said and what it says."""

from __future__ import annotations

from typing import Any, Final

from registry.locale import N_, _, bracketed, language, list_separator
from registry.model.schema import chinese_name
from registry.report.terminal import indent, wrap
from registry.store.instrument_changes import InstrumentChanges, RowChange

_LABELS: Final = {
    "instrument": N_("instrument"),
    "superior_document": N_("superior document"),
    "clause": N_("clause"),
    "clause_rule": N_("rule of a clause"),
    "annex": N_("annex"),
    "mode": N_("mode"),
    "act_rule": N_("rule for an act"),
    "zone_status": N_("status of a zone's body"),
    "instrument_zone": N_("delegate"),
    "agreement_term": N_("agreement term"),
    "guidance_kind": N_("kind of guidance"),
    "effect": N_("effect on an earlier instrument"),
    "department": N_("department"),
    "department_alias": N_("name of a department"),
    "zone_alias": N_("name of a delegate"),
    "duty": N_("duty"),
    "item": N_("item"),
}
_WHAT: Final = {
    "added": N_("{kind} {key}: added"),
    "changed": N_("{kind} {key}: changed"),
    "removed": N_("{kind} {key}: taken out"),
}
_PARTS: Final = {
    "parent": N_("main item"),
    "department": N_("departments"),
    "delegation": N_("delegates"),
    "grounds": N_("what it derives from, or is allowed by"),
    "duty_mode": N_("modes"),
    "duty_owed_by": N_("who owes it"),
    "duty_check": N_("what its findings say"),
}
_MODELS: Final = {
    "instrument": "Instrument",
    "superior_document": "SuperiorDocument",
    "clause": "Clause",
    "annex": "Annex",
    "mode": "Mode",
    "act_rule": "ActRule",
    "duty": "Duty",
    "effect": "Effect",
}
"""Table → the model of which its rows are."""

_MAX_LINES: Final = 20
"""The most items that are new of which each has a line."""

_UNSAID: Final = frozenset(("name_key",))
"""Columns that follow from others."""


def changes_text(changes: InstrumentChanges, width: int, *, dry_run: bool) -> str:
    """The whole report; `width`: columns of the terminal."""
    lines = [_headline(changes, dry_run=dry_run)]
    if changes.is_new:
        lines += [f"  {_(_LABELS.get(table, table))} {n:,}" for table, n in changes.counts.items()]
    added = [row.key for row in changes.rows if (row.table, row.what) == ("item", "added")]
    for row in changes.rows:
        if len(added) <= _MAX_LINES or (row.table, row.what) != ("item", "added"):
            lines += _row(row, width)
    if len(added) > _MAX_LINES:
        text = _("{n:,} items added: {first} to {last}")
        lines.append("  " + text.format(n=len(added), first=added[0], last=added[-1]))
    lines += [
        wrap(
            _("Annex {annex} stays as it is: its items were taken from a list.").format(annex=n),
            width,
        )
        for n in changes.kept_annexes
    ]
    if changes.ledger_left_out:
        lines.append(
            wrap(_("The folder's ledger is passed over: the registry has its own."), width)
        )
    return "\n".join(lines) + "\n"


def _headline(changes: InstrumentChanges, *, dry_run: bool) -> str:
    name = bracketed(changes.number, changes.id)
    if changes.is_new:
        text = _("{name} would be added") if dry_run else _("{name} was added")
    elif not changes.rows:
        text = _("{name}: nothing has changed")
    else:
        text = _("{name} would change") if dry_run else _("{name} was brought up to date")
    return text.format(name=name)


def _row(row: RowChange, width: int) -> list[str]:
    kind = _(_LABELS.get(row.table, row.table))
    lines = ["  " + _(_WHAT[row.what]).format(kind=kind, key=row.key)]
    for column, old, new in row.fields:
        if column not in _UNSAID:
            said = f"{_field(row.table, column)}{_(': ')}{_value(old)} → {_value(new)}"
            lines.append(indent(wrap(said, width - 4), 4))
    if row.parts:
        parts = list_separator().join(_(_PARTS.get(part, part)) for part in row.parts)
        lines.append(indent(_("also: {parts}").format(parts=parts), 4))
    return lines


def _field(table: str, column: str) -> str:
    """The column as the language in use calls it; as the file does where that has no word."""
    found = chinese_name(_MODELS[table], column) if table in _MODELS else None
    return found if found and language() == "zh" else column


def _value(value: Any) -> str:
    return _("(nothing)") if value is None else f"“{value}”"
