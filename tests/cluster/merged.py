"""Several registries in one SQLite database, every table with a column that says whose a row is.

Here a translated query runs without Spark: what it gives of each registry is held against what the
query itself gives in that registry's own file.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot

from registry.audit.portable import Table, rule_instruments, tables_read, temporary_table
from registry.audit.rule import load_rules
from registry.authority.case_verdicts import TABLES, create_case_tables
from registry.cluster.tenancy import REGISTRIES, for_many
from registry.store.views import create_shadow_views, view_texts, views_below
from registry.store.views.laid_down import stored_columns

RULES = {rule.code: rule.sql for rule in load_rules() if not rule.code.startswith("WVR")}
BELOW = views_below(RULES.values())
_JOINED = {
    *("no", "id", "date", "ordinal", "day_number", "delegation", "item", "duty", "period", "zone"),
}
PARAMETERS: dict[str, Any] = {
    "answer_days": 10,
    "filing_days": 30,
    "recording_days": 30,
    "checkpoint_days": 31,
    "case_sample": 1,
    "seldom_cases": 5,
    "guidance_returned": 10,
    "guidance_findings": 20,
}


def translated(sql: str) -> str:
    """The query for many, in SQLite's words."""
    query = sqlglot.parse_one(sql, dialect="sqlite")
    assert for_many(query)
    return query.sql(dialect="sqlite", comments=False)


class Merged:
    """The registries of several files, standing on a day."""

    def __init__(self, conns: Mapping[str, sqlite3.Connection], day: str) -> None:
        self.conns = conns
        self.parameters = {
            **PARAMETERS,
            "as_of": day,
            "evaluated_from": f"{int(day[:4]) - 1}-07-01",
        }
        self.parameters |= {"expiring_by": day, "dormant_before": day}
        self.merged = sqlite3.connect(":memory:", isolation_level=None)
        self.merged.execute(f"CREATE TABLE {REGISTRIES} AS SELECT '' AS registry WHERE 0")
        self.merged.execute("CREATE TABLE as_of AS SELECT ? AS date", (day,))
        for name, conn in conns.items():
            self.merged.execute(f"INSERT INTO {REGISTRIES} VALUES (?)", (name,))
            conn.execute("BEGIN")
            create_shadow_views(conn, day, materialise=True)
            create_case_tables(conn, TABLES)
            for table in tables_read(conn, RULES.values()):
                self._copy(name, table, conn.execute(f"SELECT {_names(table)} FROM {table.name}"))
            for one in sorted(TABLES):
                table = temporary_table(conn, one)
                self._copy(name, table, table.rows)
            self._copy(name, rule_instruments(()), ())
        self._make_views()

    def close(self) -> None:
        """Let go what was made."""
        self.merged.close()
        for conn in self.conns.values():
            conn.execute("ROLLBACK")

    def _copy(self, registry: str, table: Table, rows: Any) -> None:
        names = _names(table)
        self.merged.execute(f"CREATE TABLE IF NOT EXISTS {table.name} (registry, {names})")
        marks = ", ".join("?" * len(table.columns))
        self.merged.executemany(
            f"INSERT INTO {table.name} VALUES ('{registry}', {marks})", map(tuple, rows)
        )

    def _make_views(self) -> None:
        self._index()
        for name, text in view_texts().items():
            if name in BELOW:
                kind = "TABLE" if stored_columns(name) else "VIEW"
                self.merged.execute(f"CREATE {kind} {name} AS {translated(text)}")
                if kind == "TABLE":
                    self._index(name)

    def _index(self, name: str | None = None) -> None:
        """Index what joins go by, or a query on many rows takes minutes."""
        columns = self.merged.execute(
            "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table' AND m.name = coalesce(?, m.name)",
            (name,),
        )
        for table, column in columns.fetchall():
            if column.endswith("_no") or column in _JOINED:
                self.merged.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
        self.merged.execute("ANALYZE")

    def differences(self, code: str, sql: str) -> list[str]:
        """Where the query for many and the query itself differ, a line a registry."""
        parameters = {**self.parameters, "code": code}
        cursor = self.merged.execute(translated(sql), parameters)
        names = [column[0] for column in cursor.description]
        whose = names.index("registry")
        found: dict[str, Counter[Sequence[Any]]] = {name: Counter() for name in self.conns}
        for row in cursor:
            found[row[whose]][(*row[:whose], *row[whose + 1 :])] += 1
        return [
            f"{code} {name}: {alone - found[name]} {found[name] - alone}"
            for name, conn in self.conns.items()
            for alone in (Counter(conn.execute(sql, parameters).fetchall()),)
            if alone != found[name]
        ]


def _names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
