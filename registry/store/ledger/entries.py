"""Ledger entries -> tables. Everything runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final

from registry.intake.ledger.csv_files import (
    Agreement,
    Deliverable,
    Guidance,
    LedgerEntry,
    LedgerReader,
    Service,
)
from registry.intake.names import Items
from registry.intake.problems import ProblemLog
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.model.instrument import Instrument
from registry.model.vocabulary import Provenance
from registry.store.ledger.holders import taken_over_on
from registry.store.ledger.voids import RowKind, Voiding, free_number, void_row


def kind_of(entry: LedgerEntry) -> RowKind:
    """What kind of row an entry becomes."""
    if isinstance(entry, Agreement):
        return "agreement"
    if isinstance(entry, Deliverable):
        return "proof"
    return "guidance" if isinstance(entry, Guidance) else "service"


_AGREEMENT: Final = (
    *("department", "grantor_zone", "zone", "signed_on", "effective_on", "expires_on", "covers"),
    *("document", "url", "provenance", "source", "terminated_on", "termination_basis", "renews"),
    *("filed_on", "dissolved_public_on", "acts"),
)
"""Columns of table `agreement` that a row of the ledger fills, besides its number."""


def no_such_agreement(number: str) -> tuple[str, str]:
    """Problem and remedy of a renewal of an agreement that is not there."""
    return (
        _("there is no agreement {number} to renew").format(number=number),
        _("Name the number of the earlier agreement, or leave the cell empty."),
    )


class LedgerLoader:
    """Loads the ledger of one instrument whose items are in the file."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        instrument: Instrument,
        no: int,
        accepted: Collection[Provenance],
    ) -> None:
        rows = conn.execute(
            "SELECT id, annex, no, name FROM item WHERE instrument = ? ORDER BY no", (no,)
        ).fetchall()
        items = Items(
            ((item, annex) for item, annex, _no, _name in rows),
            {item: name for item, _annex, _no, name in rows},
            instrument.id,
        )
        self.reader = LedgerReader(instrument, items, accepted)
        self._conn = conn
        self._no = no
        self._items = {item: item_no for item, _annex, item_no, _name in rows}
        self._zones = dict(conn.execute("SELECT id, no FROM zone").fetchall())
        self._departments = dict(conn.execute("SELECT id, no FROM department").fetchall())
        self._duties = dict(
            conn.execute("SELECT id, no FROM duty WHERE instrument = ?", (no,)).fetchall()
        )
        self._delegations: dict[tuple[int, int], list[tuple[int, str]]] = {}
        # A zone's papers also prove what it took over from another, from then on.
        since = taken_over_on(conn)
        for item, holder, delegation, zone in conn.execute(
            "SELECT item, zone, no, zone FROM delegation"
            " UNION SELECT d.item, p.zone, d.no, d.zone FROM period AS p"
            " JOIN delegation_period AS dp ON dp.period = p.no"
            " JOIN delegation AS d ON d.no = dp.delegation WHERE p.zone IS NOT NULL ORDER BY 3"
        ):
            held = self._delegations.setdefault((item, holder), [])
            held.append((delegation, since.get((zone, holder), "")))

    def load(self, file: TextFile) -> ProblemLog:
        """Load one ledger file. Raises InputError with everything that is wrong in it."""
        log, entries = self.reader.read(file)
        rows: dict[str, int] = {}
        for entry in entries:
            self.write(entry, log)
            if isinstance(entry, Agreement):
                rows[entry.row.number] = entry.row_number
        for number, renewed in self.check_renewals() if rows else ():
            if number in rows:
                log.add(*no_such_agreement(renewed), rows[number], "renews")
        log.close()
        return log

    def write(self, entry: LedgerEntry, log: ProblemLog) -> int:
        """Add an entry, voided if it says so. The row's number; 0 for an agreement whose number is
        taken, which goes to the log."""
        if isinstance(entry, Agreement):
            no = self._write_agreement(entry, log)
        elif isinstance(entry, Deliverable):
            no = self._write_deliverable(entry)
        elif isinstance(entry, Guidance):
            no = self._write_guidance(entry)
        else:
            no = self._write_service(entry)
        row = entry.row
        if no and row.voided_on and row.voided_why:
            void_row(
                self._conn,
                kind_of(entry),
                no,
                Voiding(row.voided_on, row.voided_why, row.voided_by),
            )
        return no

    def _write_agreement(self, entry: Agreement, log: ProblemLog) -> int:
        row = entry.row
        free_number(self._conn, self._no, row.number)
        no: int
        try:
            no = self._conn.execute(
                f"INSERT INTO agreement (instrument, number, {', '.join(_AGREEMENT)})"
                f" VALUES (?, ?, {', '.join('?' * len(_AGREEMENT))}) RETURNING no",
                (self._no, row.number, *self._agreement_values(entry)),
            ).fetchone()[0]
        except sqlite3.IntegrityError:
            log.add(
                _("an agreement of the number {number} is there already").format(number=row.number),
                _("A number belongs to one agreement."),
                entry.row_number,
                "number",
            )
            return 0
        self._write_parts(no, entry)
        return no

    def _agreement_values(self, entry: Agreement) -> tuple[object, ...]:
        """What the columns `_AGREEMENT` hold."""
        row = entry.row
        return (
            self._departments[entry.department] if entry.department else None,
            self._zones[entry.grantor_zone] if entry.grantor_zone else None,
            self._zones[entry.zone],
            *(row.signed_on, row.effective_on, row.expires_on, ";".join(row.covers)),
            *(row.document, row.url, row.provenance, row.source),
            *(row.terminated_on, row.termination_basis, row.renews),
            *(row.filed_on, row.dissolved_public_on, ";".join(row.acts) or None),
        )

    def check_renewals(self) -> list[tuple[str, str]]:
        """Number and `renews` of agreements that renew one which the instrument does not have."""
        return self._conn.execute(
            "SELECT a.number, a.renews FROM agreement AS a"
            " WHERE a.instrument = ? AND a.renews IS NOT NULL AND NOT EXISTS ("
            " SELECT 1 FROM agreement AS b WHERE b.instrument = a.instrument"
            " AND b.number = a.renews AND b.no <> a.no) ORDER BY a.no",
            (self._no,),
        ).fetchall()

    def _write_parts(self, no: int, entry: Agreement) -> None:
        self._conn.executemany(
            "INSERT INTO agreement_contains VALUES (?, ?)",
            [(no, term) for term in entry.row.clauses],
        )
        self._conn.executemany(
            "INSERT INTO agreement_item VALUES (?, ?)",
            [(self._items[item], no) for item in entry.items],
        )

    def _write_deliverable(self, entry: Deliverable) -> int:
        row = entry.row
        duty = self._duties[row.duty]
        no: int = self._conn.execute(
            "INSERT INTO deliverable (duty, zone, covers, done_on, document, url, sha256, note,"
            " provenance, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (
                duty,
                self._zones[entry.zone] if entry.zone else None,
                *(";".join(row.covers), row.done_on, row.document, row.url),
                *(row.sha256, row.note, row.provenance, row.source),
            ),
        ).fetchone()[0]
        zones = [self._zones[entry.zone]] if entry.zone else list(self._zones.values())
        first: dict[int, str] = {}
        for item in entry.items:
            for zone in zones:
                for delegation, since in self._delegations.get((self._items[item], zone), ()):
                    day = max(row.done_on, since)
                    first[delegation] = min(day, first.get(delegation, day))
        self._conn.executemany(
            "INSERT INTO proof VALUES (?, ?, ?, ?)",
            ((duty, delegation, day, no) for delegation, day in first.items()),
        )
        return no

    def _write_guidance(self, entry: Guidance) -> int:
        row = entry.row
        no: int = self._conn.execute(
            "INSERT INTO guidance_request (instrument, zone, department, kind, raised_on,"
            " answered_on, text, provenance, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " RETURNING no",
            (
                *(self._no, self._zones[entry.zone], self._departments[entry.department]),
                *(row.kind, row.raised_on, row.answered_on, row.text),
                *(row.provenance, row.source),
            ),
        ).fetchone()[0]
        return no

    def _write_service(self, entry: Service) -> int:
        row = entry.row
        no: int = self._conn.execute(
            "INSERT INTO service_reduction (item, zone, measure, before, after, unit, provenance,"
            " source) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (
                *(self._items[entry.item], self._zones[entry.zone]),
                *(row.measure, row.before, row.after, row.unit, row.provenance, row.source),
            ),
        ).fetchone()[0]
        return no

    def amend(self, entry: LedgerEntry, no: int) -> None:
        """Make row `no` say what the entry says; a deliverable's rows are moved, not amended."""
        row = entry.row
        if isinstance(entry, Agreement):
            self._amend_agreement(entry, no)
        elif isinstance(entry, Guidance):
            self._conn.execute(
                "UPDATE guidance_request SET zone = ?, department = ?, kind = ?, raised_on = ?,"
                " answered_on = ?, text = ?, provenance = ?, source = ? WHERE no = ?",
                (
                    *(self._zones[entry.zone], self._departments[entry.department]),
                    *(entry.row.kind, entry.row.raised_on, entry.row.answered_on, entry.row.text),
                    *(row.provenance, row.source, no),
                ),
            )
        elif isinstance(entry, Service):
            self._conn.execute(
                "UPDATE service_reduction SET measure = ?, before = ?, after = ?, unit = ?,"
                " provenance = ?, source = ? WHERE no = ?",
                (
                    *(entry.row.measure, entry.row.before, entry.row.after, entry.row.unit),
                    *(row.provenance, row.source, no),
                ),
            )

    def _amend_agreement(self, entry: Agreement, no: int) -> None:
        self._conn.execute(
            f"UPDATE agreement SET {', '.join(f'{name} = ?' for name in _AGREEMENT)} WHERE no = ?",
            (*self._agreement_values(entry), no),
        )
        self._conn.execute("DELETE FROM agreement_contains WHERE agreement = ?", (no,))
        self._conn.execute("DELETE FROM agreement_item WHERE agreement = ?", (no,))
        self._write_parts(no, entry)
