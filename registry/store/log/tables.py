"""Which tables are logged, their columns and keys, and the triggers that write the log."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

NOT_LOGGED: Final = frozenset(
    {
        *("entry", "log_state", "checkpoint", "as_of", "_sqlite_migrations"),
        *("run", "run_rule", "finding", "finding_owed_by", "finding_case"),
        *("case_record", "case_step", "case_stop", "account", "account_role", "permission"),
    }
)
"""Tables that are no records: the log itself, the day of the views, and stored audits; and rows of
the platform's files, of which the log holds one digest a file (`platform_load`)."""

EVENTS: Final = {
    "item_change": (
        *("load", "instrument", "item", "change", "old_name", "score", "decided_by", "old"),
    ),
    "ledger_change": ("import", "instrument", "sheet", "key", "field", "old", "new"),
}
"""Name → columns of what stands in the log alone, and is a view over it: rows are only added."""

KEEPING_TRIGGERS: Final = (
    *("entry_stays", "entry_is_kept"),
    *("checkpoint_stays", "checkpoint_is_kept"),
)
"""Triggers that refuse to change or remove lines and checkpoints; a migration makes them."""

_LEDGER: Final = ("agreement", "deliverable", "guidance_request", "service_reduction")
"""Tables whose rows are kept with the day on which they were entered."""

_SEQ: Final = "(SELECT coalesce(max(seq), 0) + 1 FROM entry)"

_NEXT: Final = "(SELECT max(seq) + 1 FROM entry)"
"""As _SEQ, where a line is known to stand before."""

_OPENING: Final = "log_open_change"
_OPEN: Final = f"""\
CREATE TRIGGER {_OPENING} AFTER UPDATE OF opening ON log_state BEGIN
  UPDATE log_state SET
    change = change + 1,
    last_at = CASE WHEN julianday(coalesce(at, {{now}})) < julianday(last_at)
                   THEN last_at ELSE coalesce(at, {{now}}) END,
    began_on = coalesce(began_on, substr(coalesce(at, {{now}}), 1, 10)),
    state = CASE state WHEN 'pending' THEN 'open' ELSE state END;
  INSERT INTO entry (body)
  SELECT '{{{{"seq":' || {_SEQ} || ',"change":' || change || ',"at":' || json_quote(last_at)
         || ',"by":' || json_quote("by") || ',"command":' || json_quote(command)
         || ',"why":' || json_quote(why) || '}}}}'
  FROM log_state;
END""".format(now="strftime('%Y-%m-%dT%H:%M:%S', 'now') || '+00:00'")
"""Writes the line that opens a change. Outside of a transaction of ours each row is one of its own,
at the time of SQLite's clock, and nobody's."""

_OPEN_IF_CLOSED: Final = "UPDATE log_state SET opening = 1 WHERE rowid = 1 AND state <> 'open';"
"""Asks of the one row that there is: naming it spares a loop for every row that is logged."""


@dataclass(frozen=True, slots=True)
class LoggedTable:
    """A table of records: its stored columns in order, and those of its primary key.

    `has_rowid`: whether its rows stand in the order in which they came, else in that of the key.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    has_rowid: bool = True

    def row(self, prefix: str = "") -> str:
        """The SQL of a row as JSON. `prefix`: NEW. or OLD. in triggers."""
        return f"json_array({', '.join(prefix + quoted(name) for name in self.columns)})"

    def line(self, op: str, prefix: str = "", seq: str = _NEXT) -> str:
        """The SQL of the line for a row."""
        return (
            f"""'{{"seq":' || {seq} || ',"table":"{self.name}","op":"{op}","row":' ||"""
            f" {self.row(prefix)} || '}}'"
        )

    @property
    def order(self) -> str:
        """The SQL of the order in which its rows stand, and are read where nobody asks for one."""
        return "rowid" if self.has_rowid else ", ".join(map(quoted, self.key))


def quoted(name: str) -> str:
    """A name of SQL, quoted."""
    return f'"{name}"'


def logged_tables(conn: sqlite3.Connection) -> list[LoggedTable]:
    """Every table of records that the file has, by name.

    Tables without a primary key are no records: their rows can't be told apart. We have none.
    """
    tables = conn.execute(
        "SELECT name, sql LIKE '%WITHOUT ROWID' FROM main.sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    found = (
        _table(conn, name, has_rowid=not without_rowid)
        for name, without_rowid in tables
        if name not in NOT_LOGGED
    )
    return [table for table in found if table.key]


def _table(conn: sqlite3.Connection, name: str, *, has_rowid: bool) -> LoggedTable:
    """A table as the file has it; generated columns (hidden) are not stored, and not logged."""
    columns = conn.execute(
        "SELECT name, pk FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 ORDER BY cid", (name,)
    ).fetchall()
    key = sorted((place, column) for column, place in columns if place)
    return LoggedTable(
        name,
        tuple(column for column, _place in columns),
        tuple(column for _place, column in key),
        has_rowid,
    )


def create_opening(conn: sqlite3.Connection) -> None:
    """Make what writes the line that opens a change."""
    conn.execute(_OPEN)


def create_log_triggers(conn: sqlite3.Connection) -> None:
    """Have every change of a record logged; `create_opening` goes before.

    The caller holds the transaction.
    """
    for name, statement in log_triggers(conn).items():
        if name != _OPENING:
            conn.execute(statement)


def log_triggers(conn: sqlite3.Connection) -> dict[str, str]:
    """Name → statement of every trigger of the log, for the tables that the file has."""
    statements = [_OPEN]
    for table in logged_tables(conn):
        statements += _triggers(table)
    statements += [_event_trigger(name, columns) for name, columns in EVENTS.items()]
    statements += [
        f"CREATE TRIGGER log_{name}_recorded AFTER INSERT ON {name} BEGIN"
        f" INSERT INTO recorded_row SELECT '{name}', NEW.no, substr(last_at, 1, 10)"
        " FROM log_state; END"
        for name in _LEDGER
    ]
    return {statement.split(maxsplit=3)[2]: statement for statement in statements}


def drop_log_triggers(conn: sqlite3.Connection) -> None:
    """Have nothing logged, for a change that is then logged as a whole, by `log_differences`."""
    for (name,) in conn.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND name GLOB 'log_*'"
    ).fetchall():
        conn.execute(f"DROP TRIGGER {name}")
    conn.execute("DROP VIEW IF EXISTS log_open")


def _triggers(table: LoggedTable) -> list[str]:
    new, old = table.row("NEW."), table.row("OLD.")
    moved = " OR ".join(f"OLD.{quoted(name)} IS NOT NEW.{quoted(name)}" for name in table.key)
    name = table.name
    set_, ended = table.line("set", "NEW."), table.line("end", "OLD.")
    return [
        f"CREATE TRIGGER log_{name}_insert AFTER INSERT ON {name}"
        f" BEGIN {_OPEN_IF_CLOSED} INSERT INTO entry (body) VALUES ({set_}); END",
        # A row that is set to what it was is no change.
        f"CREATE TRIGGER log_{name}_update AFTER UPDATE ON {name} WHEN {new} <> {old}"
        f" BEGIN {_OPEN_IF_CLOSED} INSERT INTO entry (body) SELECT {ended} WHERE {moved};"
        f" INSERT INTO entry (body) VALUES ({set_}); END",
        f"CREATE TRIGGER log_{name}_delete AFTER DELETE ON {name}"
        f" BEGIN {_OPEN_IF_CLOSED} INSERT INTO entry (body) VALUES ({ended}); END",
    ]


def _event_trigger(name: str, columns: tuple[str, ...]) -> str:
    line = LoggedTable(name, columns, ()).line("set", "NEW.")
    return (
        f"CREATE TRIGGER log_{name}_insert INSTEAD OF INSERT ON {name}"
        f" BEGIN {_OPEN_IF_CLOSED} INSERT INTO entry (body) VALUES ({line}); END"
    )
