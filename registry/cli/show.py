"""`registry show`: an item or a delegation, a body, a clause or a row of the ledger, whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option, known_on_option
from registry.cli.output import shows_colour, terminal_width
from registry.cli.registry_file import open_registry, print_provenance
from registry.locale import N_, _, bracketed, language, list_separator
from registry.store import lookups
from registry.store.ledger.voids import FoundRow, ledger_row, rows_called
from registry.store.references import References

if TYPE_CHECKING:
    from registry.authority.facts import Act
    from registry.authority.position import Position


@base.command(
    "show",
    N_(
        "Show an item, a delegation, a body, a clause or a row of the ledger whole.\n\nID is an "
        "item's (1-07), a delegation's (1-07-ZONE), where several instruments have it "
        "INSTRUMENT:1-07, or an item's name or a part of it; a department's or zone's id or any of "
        "its names; a clause's id; or what a row of the ledger is called: an agreement's number, "
        "P-12, G-3, S-4; or a power: Q-1. A voided row says so."
    ),
)
@click.argument("id_", metavar="ID")
@as_of_option
@known_on_option
@click.pass_context
def command(ctx: click.Context, id_: str, as_of: str | None, known_on: str | None) -> None:
    """Print what the registry knows of it, as of a day."""
    from registry.authority.answering import Authority
    from registry.authority.position import positions
    from registry.report.power_text import power_text
    from registry.store.powers import find_power
    from registry.store.views import create_shadow_views
    from registry.store.views.narrowed import narrowed_to

    with open_registry(database(ctx), known_on) as conn:
        day = base.today_or(as_of)
        create_shadow_views(conn, day)
        references = References(conn)
        rows = rows_called(conn, id_)
        if (power := find_power(conn, id_)) is not None:
            click.echo(power_text(power, terminal_width(), colour=shows_colour()))
        elif rows:
            for row in rows:
                click.echo(_ledger_row(conn, row))
        elif lookups.is_retired(conn, references.split(id_)[1]):
            instrument, known = references.split(id_)
            click.echo(id_ + "\n" + "\n".join(_history(conn, known, instrument)))
        elif text := _body(conn, id_) or _clauses(conn, references, id_):
            click.echo(text)
        else:
            item, only = lookups.find_item_called(conn, id_, references)
            authority = Authority(conn)
            held = [d for d in authority.delegations_of(item["item_no"]) if only in (None, d.no)]
            stands = {p.delegation.no: p for p in positions(authority, day, held)}
            click.echo(_item(conn, item, references, list(stands.values()), authority.acts))
            with narrowed_to(conn, stands):
                rows_of = lookups.delegations_of(conn, item, only)
                owed = lookups.obligations_of(conn, stands)
                for no, delegation in rows_of.items():
                    of_it = (stands[no], owed.get(no, ()))
                    click.echo(_delegation(conn, item, delegation, references, day, *of_it))
        print_provenance(conn)


def _body(conn: sqlite3.Connection, text: str) -> str:
    """The department or zone that people call so; "" if there is none."""
    from registry.report.body_text import body_text
    from registry.store.body_facts import body_facts, find_body

    found = find_body(conn, text)
    if found is None:
        return ""
    return body_text(body_facts(conn, *found), terminal_width(), colour=shows_colour())


def _clauses(conn: sqlite3.Connection, references: References, text: str) -> str:
    """The clauses of that id, below their instruments; "" if there are none."""
    called = lookups.clauses_called(conn, text, references)
    if not called:
        return ""
    from registry.audit.coverage import coverage
    from registry.audit.duty_rules import registry_rules
    from registry.report.clause_text import clause_tree
    from registry.store.stored_instrument import stored_instruments

    rules = registry_rules(conn)
    lines: list[str] = []
    for known in stored_instruments(conn):
        clauses = [c for c in coverage(known, rules) if c.clause == called.get(known.id)]
        if clauses:
            title = f"{known.number} {known.title}"
            lines += clause_tree(title, clauses, rules, terminal_width(), colour=shows_colour())
    return "".join(lines)


def _item(
    conn: sqlite3.Connection,
    item: sqlite3.Row,
    references: References,
    stands: Sequence[Position],
    acts: Mapping[str, Act],
) -> str:
    from registry.locale.labels import item_fields_label, provenance_label
    from registry.report.authority.item_text import positions_text
    from registry.report.power_text import power_facts
    from registry.report.terminal import bold, indent, table

    annex = lookups.annex_of(conn, item)
    version = f"（{item['law_version']}）" if item["law_version"] else ""
    law = f"《{item['law']}》{version}{item['article'] or ''}" if item["law"] else ""
    listed = lookups.listing_of(conn, item)
    origin = f"{provenance_label(item['provenance'])}{list_separator()}{item['source']}"
    facts = (
        (_("Notice"), annex["instrument_number"]),
        (_("In the text") if annex["in_text"] else _("Annex"), f"{item['annex']} {annex['title']}"),
        (_("Power type"), f"{item['power_type']}{list_separator()}{item['initiation']}"),
        (_("Mode"), item["mode"]),
        (_("Scope"), item["scope"]),
        (_("Remark"), item["remark"]),
        (_("Department"), item["department"]),
        (_("Legal basis"), law),
        (_("Our note"), item["our_note"]),
        (_("Basic code"), item["basic_code"]),
        (_("Implementation code"), item["implementation_code"]),
        *power_facts(conn, item, references),
        (_("Main item"), item["parent"]),
        (_("Provenance"), origin),
        (_("Not from the official list"), item_fields_label(item["unofficial_fields"])),
        (_("In the list"), listed and f"{listed['file']} {listed['place']}"),
        (_("There called"), listed and _if_other(listed["listed_name"], item["name"])),
        (_("Basis in its words"), listed and listed["basis"]),
    )
    rows = [(name, value) for name, value in facts if value]
    shown = references.shown(item["instrument"], item["id"])
    title = bold(f"{shown} {item['name']}", shows_colour())
    width = terminal_width() - 2
    text = title + "\n" + indent(positions_text(stands, acts, width), 2)
    text += ("\n" if stands else "") + indent(table(rows, width=width), 2)
    return text + "".join(
        indent(line + "\n", 2) for line in _history(conn, item["id"], item["instrument"])
    )


def _if_other(text: str, name: str) -> str | None:
    return text if text != name else None


def _history(conn: sqlite3.Connection, id_: str, instrument: str | None = None) -> list[str]:
    """What later lists did to an item, the latest first."""
    texts = {
        "replaced": _("{loaded_at}: {file} replaced what was here: {old_name}"),
        "retired": _("{loaded_at}: {file} no longer lists it: {old_name}"),
        "added": _("{loaded_at}: first listed in {file}"),
    }
    return [texts[row["change"]].format(**row) for row in lookups.history_of(conn, id_, instrument)]


def _delegation(
    conn: sqlite3.Connection,
    item: sqlite3.Row,
    delegation: sqlite3.Row,
    references: References,
    day: str,
    stand: Position,
    owed: Sequence[sqlite3.Row],
) -> str:
    from registry.report.authority.item_text import state_text
    from registry.report.terminal import bold, indent, table

    status = _(_CONFERRAL[delegation["conferral"]])
    if delegation["valid_from"] and lookups.was_changed(conn, delegation):
        place = f"{delegation['opened_by'] or ''} {delegation['opening_clause']}"
        status = bracketed(status, place)
    rows: list[tuple[Any, ...]] = [
        (_("State on {day}").format(day=day), state_text(stand)),
        (_("By the instruments"), status),
        (_("Valid"), f"{delegation['valid_from'] or '…'} – {delegation['valid_to'] or '…'}"),
        *((_(_TERMS[name]), now or "—") for name, now in lookups.changed_terms(item, delegation)),
        (_("Agreement"), _agreement(conn, delegation)),
    ]
    if delegation["agreement_status"] != "不适用":
        if delegation["exercisable_from"]:
            rows.append((_("Agreement from"), delegation["exercisable_from"]))
        if delegation["agreement_ends_on"]:
            rows.append((_("Agreement ends on"), delegation["agreement_ends_on"]))
    shown = references.shown(delegation["instrument"], delegation["id"])
    title = bold(f"{shown} {delegation['zone_name']}", shows_colour())
    text = title + "\n" + indent(table(rows, width=terminal_width() - 2), 2)
    return text + indent(_obligations(conn, owed), 2)


_TERMS = {
    "mode": N_("Mode"),
    "scope": N_("Scope"),
    "remark": N_("Remark"),
    "territory": N_("Territory"),
}
_CONFERRAL = {
    "尚未生效": N_("not yet conferred"),
    "已赋权": N_("conferred"),
    "已中止": N_("suspended"),
    "已收回": N_("withdrawn"),
    "已到期": N_("expired"),
    "不再实施": N_("not exercised any more"),
}
"""`conferral` of view `delegations` → what it says."""


def _agreement(conn: sqlite3.Connection, delegation: sqlite3.Row) -> str:
    from registry.locale.agreement_text import agreement_text
    from registry.locale.labels import provenance_label

    number = delegation["agreement"]
    if number is None:
        return str(delegation["agreement_status"])
    text = agreement_text(
        delegation["agreement_status"],
        number,
        delegation["agreement_since"],
        lookups.agreement_begins(conn, delegation["instrument"], number),
        delegation["agreement_gap_days"],
    )
    return bracketed(text, provenance_label(delegation["agreement_provenance"]))


def _obligations(conn: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> str:
    from registry.audit.rule_book import RuleBook
    from registry.report.terminal import table

    if not rows:
        return ""
    book = RuleBook(conn, ())
    cells = [
        (
            row["duty_name"] if language() == "zh" else row["name_en"],
            row["due_on"] or "",
            row["met_on"] or "",
            _obligation_status(row),
            book.places_of(row["instrument"], row["clauses"].split(";"), list_separator()),
        )
        for row in rows
    ]
    heads = (_("Duty"), _("Due on"), _("Done on"), _("Status"), _("Clauses"))
    return "\n" + table(cells, heads, width=terminal_width() - 2)


def _obligation_status(row: sqlite3.Row) -> str:
    """How an obligation stands; where each case has its own, from what it is counted."""
    from registry.locale.labels import status_label

    if row["event_zh"] is not None:
        return _("in each case, from: {event}").format(event=row[f"event_{language()}"])
    return _("done late") if row["late"] else status_label(row["status"])


_ROW_FIELDS = {
    "instrument": N_("Notice"),
    "duty_name": N_("Duty"),
    "department_name": N_("Department"),
    "zone": N_("Zone"),
    "item": N_("Item"),
    "item_name": N_("Item name"),
    "kind": N_("Kind of guidance"),
    "measure": N_("What is reduced"),
    "before": N_("Before"),
    "after": N_("After"),
    "unit": N_("Unit"),
    "signed_on": N_("Signed"),
    "effective_on": N_("Effective on"),
    "expires_on": N_("Expires on"),
    "done_on": N_("Date done"),
    "raised_on": N_("Raised on"),
    "answered_on": N_("Answered on"),
    "text": N_("What is asked for"),
    "contains": N_("Terms it contains"),
    "covers": N_("Items it covers"),
    "document": N_("Document name"),
    "url": N_("Link"),
    "note": N_("Notes"),
    "voided_on": N_("Voided on"),
    "voided_why": N_("Void: why"),
    "voided_by": N_("Voided by"),
}


def _ledger_row(conn: sqlite3.Connection, row: FoundRow) -> str:
    """A row of the ledger: what it says, where it is from, and whether it was voided."""
    from registry.locale.labels import provenance_label
    from registry.report.terminal import bold, indent, table

    stored = ledger_row(conn, row)
    facts = [(_(name), stored[field]) for field, name in _ROW_FIELDS.items() if stored.get(field)]
    origin = f"{provenance_label(stored['provenance'])}{list_separator()}{stored['source']}"
    facts.append((_("Provenance"), origin))
    title = row.key + (f" {_('voided')}" if stored["voided_on"] else "")
    text = bold(title, shows_colour()) + "\n"
    return text + indent(table(facts, width=terminal_width() - 2), 2)
