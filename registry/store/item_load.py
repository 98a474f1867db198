"""The items of an annex -> tables. Everything runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from registry.intake.annex_csv import AnnexFile, Item, ItemColumns, unofficial_fields
from registry.intake.problems import ProblemLog
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.model.instrument import Instrument
from registry.model.vocabulary import ITEM_FIELDS, DepartmentRole, ItemField, Provenance
from registry.store.inserting import insert_columns
from registry.store.item_grounds import write_item_grounds
from registry.text import name_key, name_keys

ITEM_COLUMNS: Final = (
    *("no", "id", "instrument", "annex", "seq", "name", "name_key", "power_type", "initiation"),
    *("mode", "scope", "remark", "law", "law_version", "article", "our_note", "parent"),
    *("counts_in_total", "legal_level", "reform_mode", "basic_code", "implementation_code"),
    *("provenance", "source", "scope_basis"),
)
"""The columns of `item`, in the table's order."""

_ITEM: Final = f"INSERT INTO item VALUES ({', '.join('?' * len(ITEM_COLUMNS))})"
_FEW: Final = 8
"""Items in a row with the same zones, on average, from which SQLite makes delegations quicker."""


@dataclass(frozen=True, slots=True)
class Child:
    """A sub-item: its number, the id of its main item, and its row in the file."""

    no: int
    parent: str
    row_number: int


def write_unofficial_fields(
    conn: sqlite3.Connection, item: int, fields: Collection[ItemField]
) -> None:
    """Note which fields of an official item are not its list's, in place of what was noted."""
    conn.execute("DELETE FROM item_unofficial_field WHERE item = ?", (item,))
    _insert_unofficial_fields(conn, [item], [fields])


def _insert_unofficial_fields(
    conn: sqlite3.Connection, items: Sequence[int], fields: Sequence[Collection[ItemField]]
) -> None:
    rows = [
        (item, place, name)
        for item, named in zip(items, fields, strict=True)
        if named
        for place, name in enumerate(ITEM_FIELDS, start=1)
        if name in named
    ]
    if rows:
        insert_columns(conn, "item_unofficial_field", list(zip(*rows, strict=True)))


class AnnexLoader:
    """Loads the annexes of one instrument, passing over rows whose provenance isn't accepted."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        instrument: Instrument,
        no: int,
        accepted: Collection[Provenance],
    ) -> None:
        self._conn = conn
        self._instrument = instrument
        self._no = no
        self._accepted = accepted
        self._departments = dict(conn.execute("SELECT id, no FROM department").fetchall())
        self._zones = dict(conn.execute("SELECT id, no FROM zone").fetchall())
        self._last = conn.execute("SELECT coalesce(max(no), 0) FROM item").fetchone()[0]

    def load(self, file: TextFile, annex: int) -> ProblemLog:
        """Load one annex. Raises InputError with everything that is wrong in its file."""
        source = AnnexFile(file, self._instrument, annex)
        children: list[Child] = []
        for batch in source.batches():
            columns = batch.columns()
            if columns is None or not self._insert_columns(columns.of(self._accepted), children):
                accepted = [item for item in batch.items() if item.provenance in self._accepted]
                children += [
                    Child(no, item.row.parent, item.row_number)
                    for no, item in self.insert(accepted, source.log)
                    if item.row.parent
                ]
        self.join_parents(children, source.log)
        source.log.close()
        return source.log

    def insert(self, items: list[Item], log: ProblemLog) -> list[tuple[int, Item]]:
        """Insert items with their departments and delegations; those that went in, numbered."""
        numbered = self._insert_items(self._number(items), log)
        taken = [item for _no, item in numbered]
        self._insert_parts(
            [no for no, _item in numbered],
            [item.departments for item in taken],
            [(item.row.derives_from, item.row.entrustment_basis) for item in taken],
            [item.unofficial for item in taken],
            [item.zones for item in taken],
        )
        return numbered

    def _insert_columns(self, columns: ItemColumns, children: list[Child]) -> bool:
        """Insert the items of a batch, and note which have a parent; False, and nothing done, where
        an id stands twice."""
        size = len(columns.row_numbers)
        if not size:
            return True
        numbers = range(self._last + 1, self._last + 1 + size)
        values = columns.values
        parents = values["parent"]
        made: dict[str, Sequence[object]] = {
            **{"no": numbers, "instrument": [self._no] * size, "annex": [columns.annex] * size},
            **{"name_key": name_keys(values["name"]), "parent": [None] * size},
            "counts_in_total": list(map(_counts, values["counts_in_total"], parents)),
        }
        record = [made[name] if name in made else values[name] for name in ITEM_COLUMNS]
        if not self._try_insert(record):
            return False
        self._last += size
        self._insert_parts(
            numbers,
            values["department"],
            list(zip(values["derives_from"], values["entrustment_basis"], strict=True)),
            list(map(unofficial_fields, values["scope_basis"], values["provenance"])),
            values["zones"],
        )
        if any(parents):
            rows = zip(numbers, parents, columns.row_numbers, strict=True)
            children += [Child(no, parent, row) for no, parent, row in rows if parent]
        return True

    def _insert_parts(
        self,
        numbers: Sequence[int],
        departments: Sequence[tuple[tuple[str, DepartmentRole], ...]],
        grounds: Sequence[tuple[str | None, str | None]],
        unofficial: Sequence[tuple[ItemField, ...]],
        zones: Sequence[tuple[str, ...]],
    ) -> None:
        """Insert what stands in other tables of items that went in."""
        known = self._departments
        rows = [
            (no, known[department], role)
            for no, named in zip(numbers, departments, strict=True)
            for department, role in named
        ]
        if rows:
            insert_columns(self._conn, "item_department", list(zip(*rows, strict=True)))
        write_item_grounds(self._conn, numbers, grounds)
        _insert_unofficial_fields(self._conn, numbers, unofficial)
        self._insert_delegations(numbers, zones)

    def _number(self, items: list[Item]) -> list[tuple[int, Item]]:
        numbered = list(enumerate(items, start=self._last + 1))
        self._last += len(items)
        return numbered

    def _insert_items(
        self, numbered: list[tuple[int, Item]], log: ProblemLog
    ) -> list[tuple[int, Item]]:
        """Insert a batch; where an id stands twice, row by row, to say which. What went in."""
        records = [self.record(no, item) for no, item in numbered]
        if not records or self._try_insert(list(zip(*records, strict=True))):
            return numbered
        inserted = []
        for pair, record in zip(numbered, records, strict=True):
            try:
                self._conn.execute(_ITEM, record)
                inserted.append(pair)
            except sqlite3.IntegrityError:
                log.add(
                    _("the id {item} stands twice").format(item=pair[1].id),
                    _("An id belongs to one item: give the other a new one."),
                    pair[1].row_number,
                    "id",
                )
        return inserted

    def _try_insert(self, columns: Sequence[Sequence[object]]) -> bool:
        """Insert rows of `item`, all of them or, where an id stands twice, none."""
        self._conn.execute("SAVEPOINT batch")
        try:
            insert_columns(self._conn, "item", columns)
            return True
        except sqlite3.IntegrityError:
            self._conn.execute("ROLLBACK TO batch")
            return False
        finally:
            self._conn.execute("RELEASE batch")

    def _insert_delegations(self, numbers: Sequence[int], zones: Sequence[tuple[str, ...]]) -> None:
        """Insert delegations, item by item, so that obligations are later read in the order of the
        table. Those of items in a row with the same zones SQLite makes by itself."""
        runs = [(named, len(list(run))) for named, run in groupby(zones)]
        known = self._zones
        if len(numbers) < _FEW * len(runs):
            rows = [
                (no, known[zone])
                for no, named in zip(numbers, zones, strict=True)
                for zone in named
            ]
            if rows:
                columns = list(zip(*rows, strict=True))
                insert_columns(self._conn, "delegation (item, zone)", columns)
            return
        first = 0
        for named, size in runs:
            values = ",".join(f"({known[zone]})" for zone in named)
            self._conn.execute(
                "INSERT INTO delegation (item, zone) SELECT i.no, z.column1 FROM item AS i"
                f" CROSS JOIN (VALUES {values}) AS z WHERE i.no BETWEEN ? AND ?",
                (numbers[first], numbers[first + size - 1]),
            )
            first += size

    def record(self, no: int, item: Item) -> tuple[object, ...]:
        """The item's row of the table `item`; its parent is joined later."""
        row = item.row
        counts = _counts(row.counts_in_total, row.parent)
        return (
            *(no, item.id, self._no, item.annex, row.seq, row.name, name_key(row.name)),
            *(row.power_type, row.initiation, row.mode, row.scope, row.remark),
            *(row.law, row.law_version, row.article, row.our_note, None, counts),
            *(row.legal_level, row.reform_mode, row.basic_code, row.implementation_code),
            *(item.provenance, item.source, item.scope_basis),
        )

    def join_parents(self, children: list[Child], log: ProblemLog) -> None:
        """Point sub-items at their main items; an id that no item has is a problem."""
        self._conn.executemany(
            "UPDATE item SET parent = (SELECT p.no FROM item AS p WHERE p.instrument = ?"
            " AND p.id = ? AND p.no <> item.no) WHERE no = ?",
            [(self._no, child.parent, child.no) for child in children],
        )
        for child in children:
            if self._conn.execute(
                "SELECT parent IS NULL FROM item WHERE no = ?", (child.no,)
            ).fetchone()[0]:
                log.add(
                    _("there is no item {item}").format(item=child.parent),
                    _("Name the id of the main item."),
                    child.row_number,
                    "parent",
                )


def _counts(stated: bool | None, parent: str | None) -> bool:
    """Whether an item counts in its annex's total: sub-items don't, unless the list says so."""
    return parent is None if stated is None else stated
