"""Proof moved from one deliverable to another, delegation by delegation.

A deliverable may prove hundreds of obligations. When a workbook says something else of one of them,
that one leaves it and joins another that says so: its `covers` is written anew, and what it says of
all others stays. A deliverable that proves nothing any more is voided. The caller holds the
transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from registry.model.vocabulary import Provenance, weakest
from registry.store.ledger.rows import Obligation, Proof, ProofValues
from registry.store.ledger.voids import Voiding, void_row

_ANNEX: Final = re.compile(r"annex:([0-9]+)")
_FIELDS: Final = (
    *("duty", "zone", "covers", "done_on", "document", "url", "sha256", "note"),
    *("provenance", "source"),
)
_COLUMNS: Final = ", ".join(_FIELDS)
_CORRECTED: Final = "台账填报更正"

Target = tuple[int, int, ProofValues, "str | None", Provenance, str]
Record = tuple[Any, ...]


class ProofMover:
    """Moves proof; `flush` writes what was moved, and tells what became of each deliverable."""

    def __init__(self, conn: sqlite3.Connection, instrument: int) -> None:
        self._conn = conn
        self._annexes: dict[int, list[str]] = {}
        self._item: dict[int, str] = {}
        for no, item, annex in conn.execute(
            "SELECT no, id, annex FROM item WHERE instrument = ? ORDER BY no", (instrument,)
        ):
            self._annexes.setdefault(annex, []).append(item)
            self._item[no] = item
        self._place: dict[int, tuple[str, int]] = {
            no: (self._item[item], zone)
            for no, item, zone in conn.execute("SELECT no, item, zone FROM delegation")
            if item in self._item
        }
        self._proved: dict[int, set[int]] = {}
        for deliverable, delegation in conn.execute("SELECT deliverable, delegation FROM proof"):
            self._proved.setdefault(deliverable, set()).add(delegation)
        self._leaving: dict[int, set[int]] = {}
        self._joining: dict[Target, list[int]] = {}
        self._before: dict[int, Record | None] = {}
        self._reasons: dict[int, tuple[str, str]] = {}

    def move(
        self,
        obligation: Obligation,
        values: ProofValues | None,
        origin: str,
        reason: str | None = None,
    ) -> None:
        """Have the obligation proved by what `values` say, or, without them, by nothing.

        `origin` is the source of what is new; `reason` is why what is left is voided, where it is
        no mere correction. Nothing that a workbook says makes a demonstration official: the
        weakest provenance of what is replaced stays.
        """
        if values is None:
            left = obligation.proofs
        else:
            # What would be shown before it goes with the first: the row has to say what it says.
            left = [p for n, p in enumerate(obligation.proofs) if n == 0 or p.values < values]
            target = (
                obligation.duty_no,
                obligation.zone_no,
                values,
                *_origin(left, values, origin),
            )
            self._joining.setdefault(target, []).append(obligation.delegation_no)
        for proof in left:
            self._leaving.setdefault(proof.no, set()).add(obligation.delegation_no)
            self._reasons.setdefault(proof.no, (reason or _CORRECTED, origin))

    def flush(self, day: str) -> Iterable[tuple[int, str | None, str | None]]:
        """Write it all. Number, and row before and after, of every deliverable it changed.

        One that proves nothing any more is voided on `day`, and None afterwards.
        """
        self._before = {}
        for no, delegations in self._leaving.items():
            self._leave(no, delegations, day)
        for target, joining in self._joining.items():
            self._join(target, joining)
        self._leaving, self._joining, self._reasons = {}, {}, {}
        for no, before in self._before.items():
            after = self._record(no)
            if after != before:
                yield no, _json(before), _json(after)

    def _record(self, no: int) -> Record | None:
        row: Record | None = self._conn.execute(
            f"SELECT {_COLUMNS} FROM deliverable WHERE no = ? AND voided_on IS NULL", (no,)
        ).fetchone()
        return row

    def _leave(self, no: int, delegations: set[int], day: str) -> None:
        record = self._touch(no)
        assert record is not None
        self._unprove(no, delegations)
        zone, covers = record[1], record[2]
        gone = {self._place[d][0] for d in delegations}
        if zone is None:
            self._split(record, no, gone)
        if self._proved[no]:
            self._conn.execute(
                "UPDATE deliverable SET covers = ? WHERE no = ?", (self._without(covers, gone), no)
            )
        else:
            void_row(self._conn, "proof", no, Voiding(day, *self._reasons[no]))

    def _split(self, record: Record, no: int, gone: set[str]) -> None:
        """Give what other zones keep of the items that left in one a deliverable for each zone."""
        kept: dict[int, list[int]] = {}
        for delegation in sorted(self._proved[no]):
            item, zone = self._place[delegation]
            if item in gone:
                kept.setdefault(zone, []).append(delegation)
        for zone, delegations in kept.items():
            self._unprove(no, set(delegations))
            covers = ";".join(self._place[d][0] for d in delegations)
            self._prove(self._insert((record[0], zone, covers, *record[3:])), delegations)

    def _join(self, target: Target, delegations: list[int]) -> None:
        duty, zone, (done_on, *texts), sha256, provenance, source = target
        document, url, note = (text or None for text in texts)
        items = [self._place[d][0] for d in sorted(delegations)]
        rest = (done_on, document, url, sha256, note, provenance, source)
        found = self._conn.execute(
            "SELECT no, covers FROM deliverable WHERE duty = ? AND zone = ? AND done_on = ?"
            " AND document IS ? AND url IS ? AND sha256 IS ? AND note IS ? AND provenance = ?"
            " AND source = ? AND voided_on IS NULL ORDER BY no LIMIT 1",
            (duty, zone, *rest),
        ).fetchone()
        if found is None:
            no = self._insert((duty, zone, ";".join(items), *rest))
        else:
            no, covers = found
            self._touch(no)
            known = set(self._expanded(covers))
            added = ";".join([covers, *(item for item in items if item not in known)])
            self._conn.execute("UPDATE deliverable SET covers = ? WHERE no = ?", (added, no))
        self._prove(no, delegations)

    def _touch(self, no: int) -> Record | None:
        """What the deliverable said before anything was moved."""
        record = self._record(no)
        self._before.setdefault(no, record)
        return record

    def _insert(self, record: Record) -> int:
        no: int = self._conn.execute(
            f"INSERT INTO deliverable ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " RETURNING no",
            record,
        ).fetchone()[0]
        self._before.setdefault(no, None)
        return no

    def _unprove(self, no: int, delegations: set[int]) -> None:
        self._conn.executemany(
            "DELETE FROM proof WHERE deliverable = ? AND delegation = ?"
            " AND duty = (SELECT duty FROM deliverable WHERE no = ?)",
            [(no, delegation, no) for delegation in delegations],
        )
        self._proved[no] -= delegations

    def _prove(self, no: int, delegations: list[int]) -> None:
        self._conn.executemany(
            "INSERT OR IGNORE INTO proof SELECT duty, ?, done_on, no FROM deliverable WHERE no = ?",
            [(delegation, no) for delegation in delegations],
        )
        self._proved.setdefault(no, set()).update(delegations)

    def _expanded(self, covers: str) -> Iterable[str]:
        for part in covers.split(";"):
            match = _ANNEX.fullmatch(part)
            yield from self._annexes.get(int(match[1]), ()) if match else (part,)

    def _without(self, covers: str, gone: set[str]) -> str:
        """The list without the items that left; an annex that loses one is written item by item."""
        kept: list[str] = []
        for part in covers.split(";"):
            items = list(self._expanded(part))
            whole = gone.isdisjoint(items)
            kept += [part] if whole else [item for item in items if item not in gone]
        return ";".join(dict.fromkeys(kept))


def amended_source(source: str, origin: str) -> str:
    """The source of a row that keeps its provenance though a workbook changed it."""
    first = source.split("；", 1)[0]
    return f"{first}；{origin}" if first != origin else origin


def _origin(
    left: list[Proof], values: ProofValues, origin: str
) -> tuple[str | None, Provenance, str]:
    """Digest, provenance and source of what takes the place of `left`."""
    provenance = weakest({p.provenance for p in left} | {"official"}) or "official"
    if not left:
        return None, provenance, origin
    # A digest is that of the document: it holds while the document and its address are the same.
    first = left[0]
    sha256 = first.sha256 if first.values[1:3] == values[1:3] else None
    weak = next(p for p in left if p.provenance == provenance) if provenance != "official" else None
    return sha256, provenance, amended_source(weak.source, origin) if weak else origin


def _json(record: Record | None) -> str | None:
    if record is None:
        return None
    return json.dumps(dict(zip(_FIELDS, record, strict=True)), ensure_ascii=False)
