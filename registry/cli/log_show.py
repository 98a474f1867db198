"""`registry log`: the changes there were, or the whole life of an item or a row of the ledger."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import click

from registry.cli import base
from registry.cli.base import IsoDate, database
from registry.cli.options import format_option
from registry.cli.output import shows_colour, terminal_width
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, list_separator

if TYPE_CHECKING:
    from registry.store.log.history import LoggedChange, Numbers, RowChange
    from registry.store.log.row_names import RowNames

_MAX_SHOWN: Final = 30


@base.command(
    "show",
    N_(
        "Who changed what, when, by which command and why.\n\nWithout KEY: the latest changes. "
        "KEY is what `registry show` takes: an item, an agreement's number, P-12, G-3, S-4; then "
        "everything that became of it and of its papers is told."
    ),
)
@click.argument("key", required=False)
@base.option("--since", type=IsoDate(), metavar="DATE", help=N_("Only from this day on."))
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, key: str | None, since: str | None, form: str) -> None:
    """Read the log, and print it."""
    from registry.store.connection import reading
    from registry.store.log.history import changes, life_of
    from registry.store.log.row_names import RowNames

    with open_registry(database(ctx)) as conn, reading(conn):
        names = RowNames(conn)
        if key is None:
            found = changes(conn, since or "")
        else:
            found = life_of(conn, _numbers(conn, key), since or "")
    if form == "json":
        click.echo(json.dumps([_json(change) for change in found], ensure_ascii=False, indent=1))
    elif not found:
        click.echo(_("The log has no change of it."))
    elif key is None:
        _tell_changes(found, everything=since is not None)
    else:
        for change in found:
            _tell_rows(change, names)


def _numbers(conn: sqlite3.Connection, key: str) -> Numbers:
    """Table → numbers of the rows that a key names."""
    from registry.store import lookups
    from registry.store.ledger.voids import TABLES, rows_called
    from registry.store.log.history import items_called
    from registry.store.references import References

    rows = rows_called(conn, key)
    if rows:
        return {TABLES[row.kind]: {row.no} for row in rows}
    references = References(conn)
    instrument, id_ = references.split(key)
    if not lookups.is_retired(conn, id_):
        item, _delegation = lookups.find_item_called(conn, key, references)
        instrument, id_ = item["instrument"], item["id"]
    return {"item": items_called(conn, id_, instrument)}


def _tell_changes(found: list[LoggedChange], *, everything: bool) -> None:
    from registry.report.terminal import table

    shown = found if everything else found[-_MAX_SHOWN:]
    rows = [
        (
            change.line.change,
            _time(change.line.at),
            change.line.by or "",
            _command(change.line.command),
            _counted(change),
            change.line.why or "",
        )
        for change in shown
    ]
    heads = (_("No."), _("At"), _("By"), _("Command"), _("What changed"), _("Why"))
    click.echo(table(rows, heads, width=terminal_width()), nl=False)
    if len(shown) < len(found):
        click.echo(
            _("{n:,} earlier changes; --since shows them.").format(n=len(found) - len(shown)),
            err=True,
        )


def _counted(change: LoggedChange) -> str:
    from registry.locale.log_labels import logged_table_label

    if not change.counts:
        return _("columns of tables")
    return list_separator().join(
        f"{logged_table_label(name)} {n:,}" for name, n in change.counts.most_common(4)
    ) + (" …" if len(change.counts) > 4 else "")


def _tell_rows(change: LoggedChange, names: RowNames) -> None:
    from registry.locale.log_labels import logged_table_label
    from registry.report.terminal import bold, indent, table

    line = change.line
    words = (_time(line.at), line.by, _command(line.command), line.why)
    click.echo(bold("  ".join(word for word in words if word), shows_colour()))
    rows = [(logged_table_label(row.table), _what(row), _fields(row, names)) for row in change.rows]
    click.echo(indent(table(rows, width=terminal_width() - 2), 2))


def _what(row: RowChange) -> str:
    if row.before is None:
        return _("set")
    return _("ended") if row.after is None else _("changed")


def _fields(row: RowChange, names: RowNames) -> str:
    """What a row says, or what changed of it: old → new."""
    from registry.locale.log_labels import logged_column_label

    told = {name: pair for name, pair in row.fields.items() if name not in _UNTOLD}
    if row.before is None or row.after is None:
        stated = (row.after or row.before or {}).items()
        return list_separator().join(
            f"{logged_column_label(name)} {_text(name, value, names)}"
            for name, value in stated
            if value is not None and name in told
        )
    return list_separator().join(
        f"{logged_column_label(name)} {_text(name, old, names)} → {_text(name, new, names)}"
        for name, (old, new) in told.items()
    )


_UNTOLD: Final = frozenset({"no", "name_key"})
"""Columns that tell people nothing."""


def _text(column: str, value: Any, names: RowNames) -> str:
    from registry.locale.log_labels import logged_value_label

    if value is None:
        return _("(nothing)")
    return logged_value_label(column, value) or names.text(column, value)


def _time(at: str) -> str:
    return at[:19].replace("T", " ")


def _command(command: str | None) -> str:
    return (command or _("(not by a command)")).removeprefix("registry ")


def _json(change: LoggedChange) -> dict[str, Any]:
    line = change.line
    told: dict[str, Any] = {
        "change": line.change,
        "seq": line.seq,
        "at": line.at,
        "by": line.by,
        "command": line.command,
        "why": line.why,
    }
    if change.counts:
        told["rows"] = dict(change.counts)
    else:
        told["rows"] = [
            {"seq": row.seq, "table": row.table, "before": row.before, "after": row.after}
            for row in change.rows
        ]
    return told
