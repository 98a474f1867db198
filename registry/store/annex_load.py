"""A list from outside -> the items of an annex, in one transaction, with what was before kept.

An item that a row of the list is paired with keeps its id, and so its ledger rows, its findings
and its waivers. Items that the list no longer has are retired: their rows go into the history, and
their ids are never given out again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from registry.files import name_text
from registry.intake.annex_csv import Item
from registry.intake.annex_list import Candidate
from registry.intake.matching import Named
from registry.intake.problems import ProblemLog
from registry.model.instrument import Instrument
from registry.model.vocabulary import Provenance
from registry.store.connection import transaction
from registry.store.effects import update_periods
from registry.store.item_history import ItemSnapshot, retire, snapshot
from registry.store.item_load import ITEM_COLUMNS, AnnexLoader, Child, write_unofficial_fields
from registry.store.ledger.covers import replace_annex_by_items
from registry.store.sources import record_source_file


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as it stands in the file."""

    no: int
    id: str
    named: Named
    departments: str
    provenance: Provenance
    unofficial_fields: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list comes from: the file, and what its rows are to be called."""

    file: Path
    sha256: str
    kind: str
    provenance: Provenance
    source: str


@dataclass(frozen=True, slots=True)
class ReplacedItem:
    """The stored item (its id) whose place a row of the list takes, and who decided that.

    `score`: likeness of the names, 0 to 100; `by`: "name" for equal names, or "person".
    """

    item: str
    score: float
    by: str


@dataclass
class AnnexLoadResult:
    """What a load did: ids of the items that were replaced, retired and added.

    `annex_replaced_by_items`: ledger rows that covered the whole annex and now name the items that
    it had, because the list brought new ones.
    """

    replaced: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    annex_replaced_by_items: int = 0


def stored_items(
    conn: sqlite3.Connection, instrument: int, annex: int | None, zone: str | None = None
) -> list[StoredItem]:
    """The items of an annex, or of all, in order; of one zone, if it is named."""
    names: dict[int, list[str]] = {}
    ids: dict[int, set[str]] = {}
    for item, id_, name in conn.execute(
        "SELECT x.item, d.id, d.short_name FROM item_department AS x"
        " JOIN department AS d ON d.no = x.department ORDER BY x.item, d.no"
    ):
        names.setdefault(item, []).append(name)
        ids.setdefault(item, set()).add(id_)
    return [
        StoredItem(
            no,
            id_,
            Named(name, power_type, frozenset(ids.get(no, ()))),
            "、".join(names.get(no, ())),
            provenance,
            unofficial,
        )
        for no, id_, name, power_type, provenance, unofficial in conn.execute(
            "SELECT no, id, name, power_type, provenance,"
            " (SELECT group_concat(x.field, ';') FROM (SELECT u.field"
            " FROM item_unofficial_field AS u WHERE u.item = item.no ORDER BY u.position) AS x)"
            " FROM item"
            " WHERE instrument = :ins AND annex = coalesce(:annex, annex) AND (:zone IS NULL OR"
            " no IN (SELECT d.item FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
            " WHERE z.id = :zone)) ORDER BY annex, seq, no",
            {"ins": instrument, "annex": annex, "zone": zone},
        ).fetchall()
    ]


def load_annex(
    conn: sqlite3.Connection,
    instrument: Instrument,
    no: int,
    annex: int,
    items: list[Candidate],
    pairs: Mapping[int, ReplacedItem],
    origin: Origin,
    *,
    now: str,
    aliases: Mapping[Literal["department", "zone"], Mapping[str, str]] | None = None,
) -> AnnexLoadResult:
    """Make the list the annex. `pairs`: index of a list's item → the stored item it replaces.

    `aliases`: kind of body → name → id, kept for later lists. All of it happens, or nothing.
    """
    with transaction(conn):
        for kind, names in (aliases or {}).items():
            conn.executemany(
                f"INSERT INTO {kind}_alias SELECT ?, no FROM {kind} WHERE id = ?"
                " ON CONFLICT DO NOTHING",
                names.items(),
            )
        return _AnnexLoad(conn, instrument, no, annex, origin, now).run(items, pairs)


def item_ids(
    conn: sqlite3.Connection,
    instrument: Instrument,
    no: int,
    annex: int,
    items: Sequence[Candidate],
    pairs: Mapping[int, ReplacedItem],
) -> list[str]:
    """An id for each item of a list: the paired item's; else its position's, unless that was ever
    given out in this annex, and then the next one free."""
    used = {
        id_
        for (id_,) in conn.execute(
            "SELECT id FROM item WHERE instrument = :ins AND annex = :annex UNION"
            " SELECT item FROM item_change"
            " WHERE instrument = :ins AND item GLOB :annex || '-*'",
            {"ins": no, "annex": annex},
        )
    }
    fresh = not used
    width = instrument.id_width(annex)
    last = max((int(id_.split("-")[1]) for id_ in used), default=0)
    last = max([last] + [c.row.seq for c in items if fresh and c.parent is None])
    ids = []
    for index, candidate in enumerate(items):
        if index in pairs:
            ids.append(pairs[index].item)
        elif fresh and candidate.parent is None:
            ids.append(f"{annex}-{candidate.row.seq:0{width}d}")
        else:
            last += 1
            ids.append(f"{annex}-{last:0{width}d}")
    return ids


class _AnnexLoad:
    """One load: writes the history and the items; the caller holds the transaction."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        instrument: Instrument,
        no: int,
        annex: int,
        origin: Origin,
        now: str,
    ) -> None:
        self.conn = conn
        self.instrument = instrument
        self.no = no
        self.annex = annex
        self.origin = origin
        self.loader = AnnexLoader(conn, instrument, no, (origin.provenance,))
        self.result = AnnexLoadResult()
        self.load: int = conn.execute(
            "INSERT INTO annex_load VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
            (
                no,
                annex,
                now,
                name_text(origin.file),
                origin.sha256,
                origin.provenance,
                origin.source,
            ),
        ).fetchone()[0]

    def run(self, items: list[Candidate], pairs: Mapping[int, ReplacedItem]) -> AnnexLoadResult:
        stored: dict[str, int] = dict(
            self.conn.execute(
                "SELECT id, no FROM item WHERE instrument = ? AND annex = ? ORDER BY seq, no",
                (self.no, self.annex),
            ).fetchall()
        )
        kept = {decided.item for decided in pairs.values()}
        ids = item_ids(self.conn, self.instrument, self.no, self.annex, items, pairs)
        new_rows = [self._item(candidate, ids, i) for i, candidate in enumerate(items)]
        new = [item for i, item in enumerate(new_rows) if i not in pairs]
        if new:
            self.result.annex_replaced_by_items = replace_annex_by_items(
                self.conn, self.no, self.annex, kept
            )
        for id_, item_no in stored.items():
            if id_ not in kept:
                self._history(id_, "retired", None, retire(self.conn, self.no, item_no))
                self.result.retired.append(id_)
        numbers: dict[str, int] = {}
        for index, decided in pairs.items():
            numbers[decided.item] = stored[decided.item]
            self._history(
                decided.item, "replaced", decided, snapshot(self.conn, stored[decided.item])
            )
            self._update(stored[decided.item], new_rows[index])
            self.result.replaced.append(decided.item)
        log = ProblemLog(self.origin.file)
        for item_no, item in self.loader.insert(new, log):
            numbers[item.id] = item_no
            self._history(item.id, "added", None, None)
            self.result.added.append(item.id)
        children = [
            Child(numbers[item.id], item.row.parent, item.row_number)
            for item in new_rows
            if item.row.parent
        ]
        self.loader.join_parents(children, log)
        log.close()
        self.conn.executemany(
            "INSERT INTO item_listing VALUES (?, ?, ?, ?, ?)",
            [
                (
                    *(numbers[ids[i]], self.load, candidate.place),
                    *(candidate.listed.listed_name, candidate.listed.basis),
                )
                for i, candidate in enumerate(items)
            ],
        )
        record_source_file(
            self.conn, name_text(self.origin.file), self.origin.sha256, self.origin.kind, "annex"
        )
        update_periods(self.conn)
        return self.result

    def _item(self, candidate: Candidate, ids: list[str], index: int) -> Item:
        parent = ids[candidate.parent] if candidate.parent is not None else None
        return Item(
            candidate.row.model_copy(update={"parent": parent}),
            candidate.listed.row + 1,
            ids[index],
            self.annex,
            self.origin.provenance,
            self.origin.source,
            candidate.departments,
            candidate.zones,
            candidate.scope_basis,
            candidate.unofficial,
        )

    def _update(self, no: int, item: Item) -> None:
        """Put a row of the list in the place of an item's, with its departments and zones."""
        record = self.loader.record(no, item)
        assignments = ", ".join(f"{column} = ?" for column in ITEM_COLUMNS[3:])
        self.conn.execute(f"UPDATE item SET {assignments} WHERE no = ?", (*record[3:], no))
        write_unofficial_fields(self.conn, no, item.unofficial)
        self.conn.execute("DELETE FROM item_department WHERE item = ?", (no,))
        self.conn.executemany(
            "INSERT INTO item_department SELECT ?, no, ? FROM department WHERE id = ?",
            [(no, role, department) for department, role in item.departments],
        )
        self.conn.execute("DELETE FROM item_listing WHERE item = ?", (no,))
        delegations = dict(
            self.conn.execute(
                "SELECT z.id, d.no FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
                " WHERE d.item = ?",
                (no,),
            ).fetchall()
        )
        for zone, delegation in delegations.items():
            if zone not in item.zones:
                self.conn.execute("DELETE FROM proof WHERE delegation = ?", (delegation,))
                self.conn.execute("DELETE FROM delegation WHERE no = ?", (delegation,))
        self.conn.executemany(
            "INSERT INTO delegation (item, zone) SELECT ?, no FROM zone WHERE id = ?",
            [(no, zone) for zone in item.zones if zone not in delegations],
        )

    def _history(
        self, item: str, change: str, decided: ReplacedItem | None, old: ItemSnapshot | None
    ) -> None:
        self.conn.execute(
            "INSERT INTO main.item_change VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.load, self.no, item, change, old.name if old else None),
                *((decided.score, decided.by) if decided else (None, None)),
                old.record if old else None,
            ),
        )
