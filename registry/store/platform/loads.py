"""Loads of the platform's files: their sources, what their columns were said to be, their rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.model.case import FileKind, SheetKind
from registry.model.vocabulary import Provenance
from registry.store.log.changes import Change
from registry.store.platform.digest import (
    ACCOUNT_COLUMNS,
    PERMISSION_COLUMNS,
    RowsDigest,
    digest_of,
)
from registry.store.sources import renew_data_digest

NO_SOURCE: Final = "未注明"
"""The source of files of which none is said."""


@dataclass(frozen=True, slots=True)
class LoadTerms:
    """What is said of a load. `from_on`, `to_on`: the days that files of cases cover."""

    kind: FileKind
    provenance: Provenance
    from_on: str | None = None
    to_on: str | None = None


def load_key(no: int) -> str:
    """What people call a load: L-2."""
    return f"L-{no}"


def source_number(conn: sqlite3.Connection, name: str) -> int:
    """The number of a source; a new one is written. The caller holds the transaction."""
    row = conn.execute("SELECT no FROM platform_source WHERE name = ?", (name,)).fetchone()
    if row is None:
        row = conn.execute(
            "INSERT INTO platform_source (name) VALUES (?) RETURNING no", (name,)
        ).fetchone()
    return int(row[0])


def mappings(conn: sqlite3.Connection, source: str) -> dict[SheetKind, dict[str, str]]:
    """Kind of sheet → header → field, as people said of files of that source."""
    found: dict[SheetKind, dict[str, str]] = {}
    for kind, header, field in conn.execute(
        "SELECT m.kind, m.header, m.field FROM platform_mapping AS m"
        " JOIN platform_source AS s ON s.no = m.source WHERE s.name = ?",
        (source,),
    ):
        found.setdefault(kind, {})[header] = field
    return found


def remember_mappings(
    conn: sqlite3.Connection, source: int, maps: Mapping[SheetKind, Mapping[str, str]]
) -> None:
    """Keep what columns were said to be. The caller holds the transaction."""
    conn.executemany(
        "INSERT INTO platform_mapping (source, kind, header, field) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (source, kind, header) DO UPDATE SET field = excluded.field",
        [
            (source, kind, header, field)
            for kind, headers in maps.items()
            for header, field in headers.items()
        ],
    )


def next_number(conn: sqlite3.Connection, table: str) -> int:
    """The number after the highest that a table has."""
    (no,) = conn.execute(f"SELECT coalesce(max(no), 0) + 1 FROM main.{table}").fetchone()
    return int(no)


LAST_LOAD: Final = "last_platform_load"
"""Key of `meta`: the highest number of a load that was taken out."""


def next_load(conn: sqlite3.Connection) -> int:
    """The number of the next load: none is given out twice."""
    row = conn.execute("SELECT value FROM meta WHERE key = ?", (LAST_LOAD,)).fetchone()
    return max(next_number(conn, "platform_load"), int(row[0]) + 1 if row else 1)


def write_load(
    conn: sqlite3.Connection,
    no: int,
    source: int,
    terms: LoadTerms,
    rows: tuple[int, int],
    digest: str,
    change: Change,
) -> None:
    """Write the row of a load. `rows`: read and kept. The caller holds the transaction."""
    conn.execute(
        "INSERT INTO platform_load (no, kind, source, loaded_on, from_on, to_on, rows_read,"
        " rows_kept, content_digest, provenance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(no, terms.kind, source, change.at[:10], terms.from_on, terms.to_on),
            *(*rows, digest, terms.provenance),
        ),
    )
    renew_data_digest(conn, f"{terms.kind} {no} {digest}")


def write_accounts(
    conn: sqlite3.Connection,
    load: int,
    rows: Sequence[tuple[tuple[Any, ...], Iterable[str]]],
) -> str:
    """Write accounts, each with its roles; the digest of them. Columns are ACCOUNT_COLUMNS."""
    parts = RowsDigest(len(ACCOUNT_COLUMNS)), RowsDigest(2)
    first = next_number(conn, "account")
    names = ", ".join(ACCOUNT_COLUMNS)
    values = [row for row, _roles in rows]
    roles = [
        (first + place, role)
        for place, (_row, held) in enumerate(rows)
        for role in sorted(set(held))
    ]
    conn.executemany(
        f"INSERT INTO account (no, load, {names}) VALUES (?, ?{', ?' * len(ACCOUNT_COLUMNS)})",
        [(first + place, load, *row) for place, row in enumerate(values)],
    )
    conn.executemany("INSERT INTO account_role (account, role) VALUES (?, ?)", roles)
    parts[0].add(values)
    parts[1].add(roles)
    return digest_of(parts)


def write_permissions(conn: sqlite3.Connection, load: int, rows: Iterable[tuple[Any, ...]]) -> str:
    """Write permissions; the digest of them. Columns are PERMISSION_COLUMNS."""
    part = RowsDigest(len(PERMISSION_COLUMNS))
    names = ", ".join(PERMISSION_COLUMNS)
    written = list(rows)
    conn.executemany(
        f"INSERT INTO permission (load, {names}) VALUES (?{', ?' * len(PERMISSION_COLUMNS)})",
        [(load, *row) for row in written],
    )
    part.add(written)
    return digest_of([part])
