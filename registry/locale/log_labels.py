"""Labels of what the log of changes holds."""

from __future__ import annotations

from typing import Final

from registry.locale import N_, _

_TABLE: Final = {
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
    "duty": N_("duty"),
    "duty_check": N_("check of a duty"),
    "duty_mode": N_("mode of a duty"),
    "duty_owed_by": N_("who owes a duty"),
    "english_name": N_("English name"),
    "effect": N_("effect on an earlier instrument"),
    "guidance_kind": N_("kind of guidance"),
    "guidance_request": N_("guidance request"),
    "instrument": N_("instrument"),
    "instrument_zone": N_("delegate"),
    "item": N_("item"),
    "item_change": N_("item replaced, added or retired"),
    "item_department": N_("department of an item"),
    "item_listing": N_("place of an item in a list"),
    "item_unofficial_field": N_("field that is not official"),
    "item_power": N_("power of an item"),
    "law": N_("article of a law"),
    "ledger_change": N_("cell of the ledger"),
    "ledger_import": N_("workbook or record taken in"),
    "meta": N_("digest of the data"),
    "mode": N_("mode"),
    "period": N_("period"),
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
}


def logged_table_label(table: str) -> str:
    """What a row of a table of records is; the table's name where it has no label."""
    return _(_TABLE[table]) if table in _TABLE else table
