"""Labels of what the log of changes holds."""

from __future__ import annotations

from typing import Final

from registry.locale import N_, _
from registry.locale.labels import is_item_field, item_field_label, value_label

_TABLE: Final = {
    "act": N_("kind of act"),
    "act_rule": N_("who does an act, by mode"),
    "agreement": N_("agreement"),
    "agreement_contains": N_("term in an agreement"),
    "agreement_item": N_("item of an agreement"),
    "agreement_term": N_("agreement term"),
    "agreement_term_basis": N_("basis of agreement terms"),
    "annex": N_("annex"),
    "annex_load": N_("list taken in"),
    "body_event": N_("body event"),
    "calendar_year": N_("year of the calendar"),
    "clause": N_("clause"),
    "clause_rule": N_("rule of a clause"),
    "delegation": N_("delegation"),
    "delegation_period": N_("period of a delegation"),
    "deliverable": N_("proof"),
    "department": N_("department"),
    "department_alias": N_("name of a department"),
    "derivation": N_("what a list derives from"),
    "duty": N_("duty"),
    "duty_check": N_("check of a duty"),
    "duty_mode": N_("mode of a duty"),
    "duty_owed_by": N_("who owes a duty"),
    "effect": N_("effect on an earlier instrument"),
    "english_name": N_("English name"),
    "entrustment_basis": N_("law that allows an entrustment"),
    "guidance_kind": N_("kind of guidance"),
    "guidance_request": N_("guidance request"),
    "incompatible_acts": N_("acts that one account must not combine"),
    "instrument": N_("instrument"),
    "instrument_zone": N_("delegate"),
    "item": N_("item"),
    "item_change": N_("item replaced, added or retired"),
    "item_department": N_("department of an item"),
    "item_listing": N_("place of an item in a list"),
    "item_power": N_("power of an item"),
    "item_unofficial_field": N_("field that is not official"),
    "law": N_("article of a law"),
    "ledger_change": N_("cell of the ledger"),
    "ledger_import": N_("workbook or record taken in"),
    "legal_limit": N_("legal time limit"),
    "licence": N_("licence on a list"),
    "licence_list": N_("list of licences"),
    "meta": N_("digest of the data"),
    "mode": N_("mode"),
    "period": N_("period"),
    "platform_load": N_("file of the platform"),
    "platform_mapping": N_("column of a platform's file"),
    "platform_role": N_("role on the platform"),
    "platform_source": N_("source of the platform's files"),
    "power": N_("power"),
    "proof": N_("obligation proved"),
    "recorded_row": N_("day of recording"),
    "service": N_("service of an item"),
    "service_reduction": N_("service reduction"),
    "source_file": N_("source file"),
    "superior_document": N_("superior document"),
    "waiver_file": N_("file of waivers"),
    "workday": N_("day of the calendar"),
    "zone": N_("zone"),
    "zone_alias": N_("name of a delegate"),
    "zone_contact": N_("contact of a zone"),
    "zone_status": N_("legal status of a zone"),
}

_COLUMN: Final = {
    "acts": N_("acts"),
    "after": N_("after"),
    "agreement": N_("agreement"),
    "annex": N_("annex"),
    "answered_on": N_("answered on"),
    "before": N_("before"),
    "counts_in_total": N_("counts in the total"),
    "covers": N_("items it covers"),
    "delegation": N_("delegation"),
    "deliverable": N_("proof"),
    "department": N_("department"),
    "dissolved_public_on": N_("dissolution made public on"),
    "document": N_("document"),
    "done_on": N_("done on"),
    "duty": N_("duty"),
    "effect": N_("effect no."),
    "effective_on": N_("effective on"),
    "expires_on": N_("expires on"),
    "field": N_("field"),
    "filed_on": N_("filed on"),
    "grantor_zone": N_("granting zone"),
    "id": N_("item number"),
    "instrument": N_("instrument"),
    "item": N_("item"),
    "kind": N_("kind of guidance"),
    "load": N_("list no."),
    "measure": N_("what is reduced"),
    "note": N_("notes on it"),
    "number": N_("number"),
    "our_note": N_("note of the registry"),
    "place": N_("place in the list"),
    "position": N_("order"),
    "power": N_("power no."),
    "raised_on": N_("raised on"),
    "renews": N_("renews agreement"),
    "role": N_("role"),
    "scope_basis": N_("basis of the extent"),
    "sha256": N_("digest"),
    "signed_on": N_("signed on"),
    "source": N_("where it is from"),
    "term": N_("agreement term"),
    "terminated_on": N_("terminated on"),
    "termination_basis": N_("basis of termination"),
    "text": N_("what is asked for"),
    "tied_at": N_("tied on"),
    "tied_by": N_("tied by"),
    "unit": N_("unit"),
    "url": N_("link"),
    "voided_by": N_("voided by"),
    "voided_on": N_("voided on"),
    "voided_why": N_("void: why"),
    "zone": N_("zone"),
}
"""Column of a row that `registry log` tells of, where it is no field of an item."""


def logged_table_label(table: str) -> str:
    """What a row of a table of records is; the table's name where it has no label."""
    return _(_TABLE[table]) if table in _TABLE else table


def logged_column_label(column: str) -> str:
    """What a column of a logged row is called; its name where it has no label."""
    if column in _COLUMN:
        return _(_COLUMN[column])
    return item_field_label(column) if is_item_field(column) else column


def logged_value_label(column: str, value: object) -> str | None:
    """A logged value in words; None where it has none."""
    if column == "field" and isinstance(value, str) and is_item_field(value):
        return item_field_label(value)
    return value_label("basis" if column == "scope_basis" else column, value)
