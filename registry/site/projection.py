"""Publish: write a projection of the working file to a file of its own, checked, in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.files import move_database_into_place, path_beside, remove_leftovers
from registry.locale import _
from registry.model.vocabulary import Provenance
from registry.model.word_list import WordList
from registry.site.errors import SiteError, no_folder
from registry.site.published import is_published
from registry.site.search.full_text import INDEXES, fill_indexes, index_text
from registry.site.search.pinyin import fill_readings
from registry.site.search.vocabulary import fill_vocabulary
from registry.store.connection import connect, transaction
from registry.store.instrument import find_instrument
from registry.store.log.checkpoints import log_head
from registry.store.references import References
from registry.store.views import create_shadow_views

_ENDING: Final = "publishing"
_LEFTOVERS: Final = ("", "-journal", ".vacuumed", ".vacuumed-journal")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of one table that were left out for one reason, which is a message id."""

    table: str
    reason: str
    rows: int

    def __str__(self) -> str:
        return _(self.reason)


@dataclass(frozen=True)
class Publication:
    """What was published: rows of each table as they are on `as_of`, and what was left out."""

    path: Path
    as_of: str
    rows: dict[str, int]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Projection:
    """A kind of published file: how it is told from others, and how it is made.

    `name`: what the names of its files begin with, in a folder of publications.
    `schemas`: SQL files that create the tables of the schema `public`; `selections`: table → the
    SELECT that fills it, in the order in which tables refer to each other. `prepare` creates
    temporary tables that the SELECTs read; `left_out` counts what the file lacks, given the
    provenances of which it holds no row, and the instrument that it is of. `of_instrument`: table →
    the condition on its rows where it is of one, :instrument; a kind without it is always of all.
    """

    name: str
    application_id: int
    schemas: tuple[Path, ...]
    selections: Mapping[str, str]
    prepare: Callable[[sqlite3.Connection], None] = lambda _conn: None
    left_out: Callable[[sqlite3.Connection, Sequence[Provenance], str | None], list[LeftOut]] = (
        lambda _conn, _hidden, _instrument: []
    )
    of_instrument: Mapping[str, str] = field(default_factory=dict)


def publish(
    source: Path,
    target: Path,
    *,
    as_of: str,
    demo: bool,
    projection: Projection,
    instrument: str | None = None,
    words: WordList | None = None,
    on_checked: Callable[[Path], object] | None = None,
) -> Publication:
    """Write a projection of the working file `source`, as it is on the day `as_of`, to `target`.

    It is written beside `target`, checked, and moved into place; until then an old file is
    untouched. `instrument`: the id of the only one that is published; None for all. `words`: those
    that the search knows; None for those of the program. Without `demo` no row of provenance
    demonstration gets in, nor a trace of one. `on_checked` is given the finished file before it is
    moved into place: what it raises, this raises, and an old file stays.

    Raises SiteError for what is at `target`, StoreError for `source`, UnknownInstrument.
    """
    target = target.resolve()
    _refuse_to_overwrite(source, target, projection.application_id)
    remove_leftovers(target, _ENDING, _LEFTOVERS)
    hidden: tuple[Provenance, ...] = () if demo else ("demonstration",)
    beside = path_beside(target, _ENDING)
    vacuumed = Path(f"{beside}.vacuumed")
    try:
        projected = _projected(source, beside, as_of, hidden, projection, instrument, words)
        with projected as (conn, rows, left_out):
            conn.execute("VACUUM public INTO ?", (str(vacuumed),))
            check_file(vacuumed, target, projection.application_id)
            if on_checked:
                on_checked(vacuumed)
            move_database_into_place(vacuumed, target)
    finally:
        for path in (beside, Path(f"{beside}-journal"), vacuumed, Path(f"{vacuumed}-journal")):
            path.unlink(missing_ok=True)
    return Publication(target, as_of, rows, left_out)


def check_file(path: Path, target: Path, application_id: int) -> None:
    """Check a new file's schema and indexes. Raises SiteError, which names `target`."""
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        conn.execute("PRAGMA journal_mode = DELETE")
        problems = [row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += [f"foreign key of {row[0]}" for row in conn.execute("PRAGMA foreign_key_check")]
        for index in INDEXES:
            conn.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    finally:
        conn.close()
    if problems or not is_published(path, application_id):
        raise SiteError(
            _("the new file {path} does not pass its checks: {detail}. The old one stays.").format(
                path=target, detail="; ".join(problems[:5])
            )
        )


def _refuse_to_overwrite(source: Path, target: Path, application_id: int) -> None:
    if not target.parent.is_dir():
        raise no_folder(target.parent)
    if target.exists():
        if source.exists() and target.samefile(source):
            raise SiteError(
                _(
                    "{path} is the registry's working file; the public file must not replace it"
                ).format(path=target),
                _("Name another with -o."),
            )
        if not is_published(target, application_id):
            raise SiteError(
                _("{path} exists and is not a published file, so it is not replaced").format(
                    path=target
                ),
                _("Name another with -o, or remove it first."),
            )


@contextmanager
def _projected(
    source: Path,
    beside: Path,
    as_of: str,
    hidden: Sequence[Provenance],
    projection: Projection,
    instrument: str | None,
    words: WordList | None,
) -> Iterator[tuple[sqlite3.Connection, dict[str, int], list[LeftOut]]]:
    """A connection on which `public` is the filled file, kept locked; rows; what was left out."""
    conn = connect(source)
    try:
        conn.create_function("index_text", 1, index_text, deterministic=True)
        conn.execute("ATTACH ? AS public", (f"{beside.as_uri()}?mode=rwc",))
        # Nobody else reads this file, and if we are killed it is thrown away.
        conn.execute("PRAGMA public.locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA public.synchronous = OFF")
        conn.execute(f"PRAGMA public.application_id = {projection.application_id}")
        for schema in projection.schemas:
            conn.executescript(schema.read_text(encoding="utf-8"))
        # One reading transaction: the working file as it was at one moment.
        with transaction(conn, "DEFERRED"):
            if instrument:
                find_instrument(conn, instrument)
            _create_temporary_views(conn, as_of, hidden)
            _state_log_head(conn)
            _name_references(conn, alone=instrument is not None)
            projection.prepare(conn)
            rows = _fill_tables(conn, projection, instrument)
            fill_indexes(conn)
            fill_readings(conn)
            fill_vocabulary(conn, words)
            left_out = projection.left_out(conn, hidden, instrument)
        _drop_temporary_views(conn)
        yield conn, rows, left_out
    finally:
        conn.close()


def _state_log_head(conn: sqlite3.Connection) -> None:
    """State in a temporary table what the log of changes is, and when the last change was made."""
    head = log_head(conn)
    conn.execute("CREATE TEMP TABLE log_head (entries, bytes, sha256, changed_at)")
    conn.execute(
        "INSERT INTO temp.log_head SELECT ?, ?, ?, last_at FROM main.log_state",
        (head.entries, head.bytes, head.sha256),
    )


def _create_temporary_views(
    conn: sqlite3.Connection, as_of: str, hidden: Sequence[Provenance]
) -> None:
    """Shadow all views by temporary ones as of a day, without rows of the `hidden` provenances.

    The rows are hidden from every view: a status then is what it would be if they had never
    existed.
    """
    if hidden:
        tables = conn.execute(
            "SELECT m.name FROM main.sqlite_master AS m, pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table' AND c.name = 'provenance'"
        ).fetchall()
        listed = ", ".join(f"'{provenance}'" for provenance in hidden)
        for (table,) in tables:
            conn.execute(
                f"CREATE TEMP VIEW {table} AS"
                f" SELECT * FROM main.{table} WHERE provenance NOT IN ({listed})"
            )
    create_shadow_views(conn, as_of, materialise=True)


def _drop_temporary_views(conn: sqlite3.Connection) -> None:
    """Drop every temporary view and table: VACUUM would take them for the tables they shadow."""
    objects = conn.execute("SELECT type, name FROM temp.sqlite_master WHERE type <> 'index'")
    for kind, name in objects.fetchall():
        conn.execute(f"DROP {kind} temp.{name}")


def _name_references(conn: sqlite3.Connection, *, alone: bool) -> None:
    """Make the SQL functions by which selections show ids: `shown`, and `shown_list` of several.

    `alone`: one instrument is published, whose ids need not be told from others'.
    """
    references = References(conn)
    shown = (lambda _instrument, id_: id_) if alone else references.shown
    shown_list = (lambda _instrument, ids: ids) if alone else references.shown_list
    conn.create_function("shown", 2, shown, deterministic=True)
    conn.create_function("shown_list", 2, shown_list, deterministic=True)


def _fill_tables(
    conn: sqlite3.Connection, projection: Projection, instrument: str | None
) -> dict[str, int]:
    """Fill every table of `public`; the number of rows of each."""
    rows = {}
    for table, selection in projection.selections.items():
        info = conn.execute("SELECT name FROM pragma_table_info(?, 'public')", (table,))
        columns = ", ".join(name for (name,) in info)
        condition = projection.of_instrument[table] if instrument else "1"
        rows[table] = conn.execute(
            f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM ({selection})"
            f" WHERE {condition}",
            {"instrument": instrument},
        ).rowcount
    return rows
