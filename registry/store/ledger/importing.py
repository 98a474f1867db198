"""Ledger workbooks that came back -> the file: all of them in one transaction, or none.

Every workbook is compared with the file as it is within the transaction, and with the others; a
row that two have changed differently is a conflict, and then nothing at all is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from registry.files import name_text, path_text
from registry.intake.ledger.changes import (
    Comparison,
    Conflict,
    OwnRows,
    RowChange,
    Stored,
    compare,
)
from registry.intake.ledger.csv_files import Agreement, Deliverable, LedgerEntry
from registry.intake.ledger.entries import entry_of, takes_back, voids
from registry.intake.ledger.sheet_specs import BodyKind
from registry.intake.ledger.values import Values
from registry.intake.ledger.workbook import ReturnedWorkbook
from registry.intake.problems import MAX_PROBLEMS, InputError, ProblemLog, refuse
from registry.locale import _, list_separator
from registry.model.vocabulary import PROVENANCES, Provenance, weakest
from registry.store.connection import transaction
from registry.store.ledger.entries import LedgerLoader, no_such_agreement
from registry.store.ledger.proofs import ProofMover, amended_source
from registry.store.ledger.rows import Ledger, LedgerBody, read_ledger
from registry.store.ledger.voids import RowKind, Voiding, void_row
from registry.store.ledger.workbooks import identity_of
from registry.store.sources import record_source_file
from registry.store.stored_instrument import stored_instrument

_KINDS: Final[dict[str, RowKind]] = {
    "agreements": "agreement",
    "guidance": "guidance",
    "service": "service",
}
ORIGIN = "台账回收"
"""What the source of a row from a workbook begins with; the name of the file follows."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that a workbook changed, as it is told and logged; "" stands for nothing."""

    sheet: str
    key: str
    field: str
    old: str
    new: str


@dataclass
class FileReport:
    """What came of one workbook. `already`: rows that said what the file says by now."""

    path: str
    kind: BodyKind
    body: str
    as_of: str
    read: dict[str, int] = field(default_factory=dict)
    changes: list[CellChange] = field(default_factory=list)
    already: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass
class ImportReport:
    """What came of an import. With `conflicts`, nothing was written."""

    files: list[FileReport]
    conflicts: list[Conflict]
    written: bool

    @property
    def changes(self) -> int:
        """How many cells were changed."""
        return sum(len(file.changes) for file in self.files)


def import_workbooks(
    conn: sqlite3.Connection,
    books: Sequence[ReturnedWorkbook],
    now: str,
    *,
    dry_run: bool = False,
    own: OwnRows | None = None,
) -> ImportReport:
    """Take workbooks in. Raises InputError with what is wrong in any of them.

    `own`: only these rows may be changed; see `intake.ledger.changes.compare`.
    """
    with transaction(conn, "DEFERRED" if dry_run else "IMMEDIATE"):
        return _Import(conn, books, own).run(now, dry_run=dry_run)


class _Context:
    """The instrument that workbooks are about, as the file has it."""

    def __init__(self, conn: sqlite3.Connection, no: int) -> None:
        self.no = no
        instrument = stored_instrument(conn, no, "official", ORIGIN)
        self.values = Values(instrument)
        self.loader = LedgerLoader(conn, instrument, no, PROVENANCES)
        self.reader = self.loader.reader
        self.ledger: Ledger = read_ledger(conn, no)
        self.stored: Stored = self.ledger.stored()
        self.mover = ProofMover(conn, no)


class _Import:
    def __init__(
        self, conn: sqlite3.Connection, books: Sequence[ReturnedWorkbook], own: OwnRows | None
    ) -> None:
        self.conn = conn
        self.books = books
        self.own = own
        self.contexts: dict[str, _Context] = {}
        self.conflicts: list[Conflict] = []
        self.merged: dict[tuple[object, ...], RowChange] = {}

    def run(self, now: str, *, dry_run: bool) -> ImportReport:
        identity = identity_of(self.conn)
        pairs = [(book, self._compared(book, identity)) for book in self.books]
        changes = list(self.merged.values())
        entries = [
            (change, None if takes_back(change) or voids(change) else self._entry(change))
            for change in changes
        ]
        self._check_renewals(entries)
        _close([book.log for book in self.books])
        reports = [self._report(book, comparison) for book, comparison in pairs]
        write = not dry_run and not self.conflicts and bool(changes)
        if write:
            for book in self.books:
                self._write(book, [e for e in entries if e[0].book is book], now)
        return ImportReport(reports, self.conflicts, write)

    def _compared(self, book: ReturnedWorkbook, identity: str) -> Comparison:
        context = self._context(book)
        body = self._body(book)
        taken = self.conn.execute(
            "SELECT imported_at FROM ledger_import WHERE sha256 = ? ORDER BY no DESC LIMIT 1",
            (book.sha256,),
        ).fetchone()
        if taken:
            book.log.notes.append(
                _("{path}: this very file was taken in before ({when}), and is passed over").format(
                    path=book.path, when=taken[0]
                )
            )
            return Comparison(book)
        foreign = book.sent.facts["identity"] != identity
        if foreign:
            book.log.notes.append(
                _(
                    "{path}: it was sent out before the file was built anew; it is compared cell "
                    "by cell all the same"
                ).format(path=book.path)
            )
        found = compare(
            *(book, context.values, context.stored, body.short_name),
            foreign=foreign,
            own=self.own,
        )
        self.conflicts += found.conflicts
        for change in found.changes:
            self._merge(context, change, found)
        return found

    def _context(self, book: ReturnedWorkbook) -> _Context:
        id_ = book.sent.facts["instrument"]
        if id_ not in self.contexts:
            row = self.conn.execute("SELECT no FROM instrument WHERE id = ?", (id_,)).fetchone()
            if row is None:
                known = [x for (x,) in self.conn.execute("SELECT id FROM instrument ORDER BY no")]
                refuse(
                    book.path,
                    _("it is about instrument {id}, which the registry doesn't have").format(
                        id=id_
                    ),
                    _("Use the registry that it was exported from; here are: {known}.").format(
                        known=list_separator().join(known)
                    ),
                )
            self.contexts[id_] = _Context(self.conn, row[0])
        return self.contexts[id_]

    def _body(self, book: ReturnedWorkbook) -> LedgerBody:
        kind, id_ = book.sent.kind, book.sent.facts["body"]
        row = self.conn.execute(
            f"SELECT no, id, name, short_name FROM {kind} WHERE id = ?", (id_,)
        ).fetchone()
        if row is None:
            refuse(
                book.path,
                _("it was sent to {body}, which the registry doesn't know").format(body=id_),
                _("Use the registry that it was exported from."),
            )
        return LedgerBody(kind, *row)

    def _merge(self, context: _Context, change: RowChange, found: Comparison) -> None:
        """Put a change to those of the other workbooks: said twice it is one, else a conflict."""
        key = change.key or tuple(sorted(change.after.items()))
        other = self.merged.setdefault((context.no, change.sheet, key), change)
        if other is change:
            return
        common = change.after.keys() & other.after.keys()
        differing = [n for n in change.after if n in common and change.after[n] != other.after[n]]
        if not differing:
            other.before = {**change.before, **other.before}
            other.after = {**other.after, **change.after}
            found.already += 1
            return
        self.conflicts += [
            Conflict(
                *(change.sheet, change.key, name, change.before.get(name, "")),
                tuple((str(c.book.path), c.after[name]) for c in (other, change)),
            )
            for name in differing
        ]

    def _entry(self, change: RowChange) -> LedgerEntry | None:
        context = self._context(change.book)
        stored = context.stored[change.sheet].get(change.key, {})
        return entry_of(change, stored, context.reader)

    def _check_renewals(self, entries: list[tuple[RowChange, LedgerEntry | None]]) -> None:
        """Log agreements that renew one which neither the file nor a workbook has."""
        coming = {(self._context(c.book).no, c.key) for c, _entry in entries}
        for change, entry in entries:
            if isinstance(entry, Agreement) and entry.row.renews:
                context = self._context(change.book)
                stored = context.stored["agreements"]
                if entry.row.renews not in stored and (context.no, entry.row.renews) not in coming:
                    problem, remedy = no_such_agreement(entry.row.renews)
                    change.book.log.add(problem, remedy, **change.row.place("renews"))

    def _report(self, book: ReturnedWorkbook, comparison: Comparison) -> FileReport:
        return FileReport(
            path_text(book.path),
            book.sent.kind,
            self._body(book).short_name,
            book.sent.facts["as_of"],
            comparison.read,
            [
                CellChange(change.sheet, change.key, *cell)
                for change in self.merged.values()
                if change.book is book
                for cell in change.cells
            ],
            comparison.already,
            book.log.notes,
        )

    def _write(
        self,
        book: ReturnedWorkbook,
        entries: list[tuple[RowChange, LedgerEntry | None]],
        now: str,
    ) -> None:
        if not entries:
            return
        context = self._context(book)
        no: int = self.conn.execute(
            "INSERT INTO ledger_import VALUES (NULL, ?, ?, ?) RETURNING no",
            (now, path_text(book.path), book.sha256),
        ).fetchone()[0]
        record_source_file(self.conn, path_text(book.path), book.sha256, book.encoding, "ledger")
        origin = f"{ORIGIN}：{name_text(book.path)}"
        logged: list[tuple[str, str, str, str | None, str | None]] = []
        for change, entry in entries:
            key = self._write_row(context, change, entry, origin, now[:10])
            logged += [
                (change.sheet, key, name, old or None, new or None)
                for name, old, new in change.cells
            ]
        logged += [
            ("deliverables", str(number), "row", old, new)
            for number, old, new in context.mover.flush(now[:10])
        ]
        self.conn.executemany(
            "INSERT INTO main.ledger_change VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
            [(no, context.no, *line) for line in logged],
        )

    def _write_row(
        self,
        context: _Context,
        change: RowChange,
        entry: LedgerEntry | None,
        origin: str,
        day: str,
    ) -> str:
        """Write one change; gives the key of its row, which a new one has only now."""
        why = change.after.get("voided_why")
        if change.sheet == "obligations":
            obligation = context.ledger.obligations[change.key]
            if entry is None:
                context.mover.move(obligation, None, origin, why)
            else:
                assert isinstance(entry, Deliverable)
                row = entry.row
                texts = (row.document or "", row.url or "", row.note or "")
                context.mover.move(obligation, (row.done_on, *texts), origin)
            return change.key
        if entry is None:
            voided = context.ledger.rows[change.sheet][change.key]
            void_row(self.conn, _KINDS[change.sheet], voided.no, Voiding(day, why or "", origin))
            return change.key
        if change.new:
            entry.row.provenance, entry.row.source = "official", origin
            no = context.loader.write(entry, change.book.log)
            return change.key or str(no)
        old = context.ledger.rows[change.sheet][change.key]
        provenance: Provenance = weakest({old.provenance, "official"}) or "official"
        weak = provenance != "official"
        entry.row.provenance = provenance
        entry.row.source = amended_source(old.source, origin) if weak else origin
        context.loader.amend(entry, old.no)
        return change.key


def _close(logs: list[ProblemLog]) -> None:
    """Raise InputError if there is a problem in any of the workbooks."""
    problems = [p for log in logs for p in sorted(log.problems, key=lambda p: p.row or 0)]
    if problems:
        more = sum(log.more for log in logs) + max(0, len(problems) - MAX_PROBLEMS)
        raise InputError(problems[:MAX_PROBLEMS], more)
