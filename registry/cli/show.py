"""`registry show`: an item, or one delegation of it, whole."""

from __future__ import annotations

import sqlite3
from typing import Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option
from registry.cli.output import shows_colour, terminal_width
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.locale import N_, _, language, list_separator
from registry.store import lookups
from registry.store.references import References, UnknownReference


@base.command(
    "show",
    N_(
        "Show an item or a delegation whole.\n\nID is an item's (1-07) or a delegation's "
        "(1-07-ZONE); where several instruments have it, INSTRUMENT:1-07."
    ),
)
@click.argument("id_", metavar="ID")
@as_of_option
@click.pass_context
def command(ctx: click.Context, id_: str, as_of: str | None) -> None:
    """Print what the registry knows of it, as of a day."""
    from registry.store.views import create_shadow_views

    with open_registry(database(ctx)) as conn:
        day = base.today_or(as_of)
        create_shadow_views(conn, day)
        references = References(conn)
        try:
            instrument, known = references.resolve_item(id_)
        except UnknownReference:
            click.echo(id_ + "\n" + "\n".join(_retired(conn, references, id_)))
        else:
            item, zone = lookups.find_item(conn, instrument, known)
            click.echo(_item(conn, item, references))
            for delegation in lookups.delegations_of(conn, item, zone):
                click.echo(_delegation(conn, delegation, references, day))
        print_provenance(conn)


def _retired(conn: sqlite3.Connection, references: References, text: str) -> list[str]:
    """What became of an item that lists no longer have. Raises RegistryError where none was."""
    instrument, id_ = references.split(text)
    history = _history(conn, id_, instrument)
    if not history:
        raise RegistryError(
            _(
                "there is no item and no delegation {id}; ids look like 1-07, 1-07-ZONE and "
                "INSTRUMENT:1-07."
            ).format(id=text)
        )
    return history


def _item(conn: sqlite3.Connection, item: sqlite3.Row, references: References) -> str:
    from registry.locale.labels import provenance_label
    from registry.report.terminal import bold, indent, table

    annex = lookups.annex_of(conn, item)
    version = f"（{item['law_version']}）" if item["law_version"] else ""
    law = f"《{item['law']}》{version}{item['article'] or ''}" if item["law"] else ""
    listed = lookups.listing_of(conn, item)
    origin = f"{provenance_label(item['provenance'])}{list_separator()}{item['source']}"
    facts = (
        (_("Notice"), annex["instrument_number"]),
        (_("Annex"), f"{item['annex']} {annex['title']}"),
        (_("Power type"), f"{item['power_type']}{list_separator()}{item['initiation']}"),
        (_("Mode"), item["mode"]),
        (_("Scope"), item["scope"]),
        (_("Remark"), item["remark"]),
        (_("Department"), item["department"]),
        (_("Legal basis"), law),
        (_("Our note"), item["our_note"]),
        (_("Basic code"), item["basic_code"]),
        (_("Implementation code"), item["implementation_code"]),
        (_("Main item"), item["parent"]),
        (_("Provenance"), origin),
        (_("In the list"), listed and f"{listed['file']} {listed['place']}"),
        (_("There called"), listed and _if_other(listed["listed_name"], item["name"])),
        (_("Basis in its words"), listed and listed["basis"]),
    )
    rows = [(name, value) for name, value in facts if value]
    shown = references.shown(item["instrument"], item["id"])
    title = bold(f"{shown} {item['name']}", shows_colour())
    text = title + "\n" + indent(table(rows, width=terminal_width() - 2), 2)
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
    conn: sqlite3.Connection, delegation: sqlite3.Row, references: References, day: str
) -> str:
    from registry.report.terminal import bold, indent, table

    status = _("conferred") if delegation["conferred"] else _("not exercised any more")
    rows: list[tuple[Any, ...]] = [
        (_("Status on {day}").format(day=day), status),
        (_("Valid"), f"{delegation['valid_from'] or '…'} – {delegation['valid_to'] or '…'}"),
        (_("Agreement"), _agreement(conn, delegation)),
    ]
    if delegation["entrusts"]:
        rows.append((_("Exercisable from"), delegation["exercisable_from"] or _("not yet")))
    shown = references.shown(delegation["instrument"], delegation["id"])
    title = bold(f"{shown} {delegation['zone_name']}", shows_colour())
    text = title + "\n" + indent(table(rows, width=terminal_width() - 2), 2)
    return text + indent(_obligations(conn, delegation), 2)


def _agreement(conn: sqlite3.Connection, delegation: sqlite3.Row) -> str:
    from registry.locale.labels import provenance_label

    status = str(delegation["agreement_status"])
    agreement = lookups.agreement_of(conn, delegation)
    if agreement is None:
        return status
    return f"{status} {agreement['number']} ({provenance_label(agreement['provenance'])})"


def _obligations(conn: sqlite3.Connection, delegation: sqlite3.Row) -> str:
    from registry.locale.labels import status_label
    from registry.report.terminal import table

    rows = lookups.obligations_of(conn, delegation)
    if not rows:
        return ""
    cells = [
        (
            row["duty_name"] if language() == "zh" else row["name_en"],
            row["due_on"] or "",
            row["met_on"] or "",
            _("done late") if row["late"] else status_label(row["status"]),
            row["clauses"].replace(";", list_separator()),
        )
        for row in rows
    ]
    heads = (_("Duty"), _("Due on"), _("Done on"), _("Status"), _("Clauses"))
    return "\n" + table(cells, heads, width=terminal_width() - 2)
