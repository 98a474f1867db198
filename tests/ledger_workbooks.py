"""Ledger workbooks in tests: sent out, filled in as people do it, and taken back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.intake.ledger.sheet_specs import BodyKind
from registry.intake.ledger.workbook import read_workbook
from registry.report.ledger.workbook import workbook_bytes
from registry.store.connection import connect
from registry.store.ledger.importing import ImportReport, import_workbooks
from registry.store.ledger.rows import all_bodies, find_body, read_ledger
from registry.store.ledger.workbooks import LedgerBooks

NOW = "2021-07-01T09:00:00"


def send(db: Path, kind: BodyKind, name: str, path: Path, as_of: str = "2021-06-30") -> Path:
    """Write a body's workbook."""
    with closing(connect(db)) as conn:
        book = LedgerBooks(conn, 1, as_of).book(find_body(conn, kind, name))
    path.write_bytes(workbook_bytes(book))
    return path


def send_all(db: Path, folder: Path) -> list[Path]:
    """Write the workbook of every body."""
    folder.mkdir()
    paths = []
    with closing(connect(db)) as conn:
        source = LedgerBooks(conn, 1, "2021-06-30")
        for body in all_bodies(conn, 1):
            path = folder / f"{body.id}.xlsx"
            path.write_bytes(workbook_bytes(source.book(body)))
            paths.append(path)
    return paths


def take(db: Path, *paths: Path, dry_run: bool = False) -> ImportReport:
    """Import workbooks."""
    books = [read_workbook(path) for path in paths]
    with closing(connect(db)) as conn:
        return import_workbooks(conn, books, NOW, dry_run=dry_run)


def changed(report: ImportReport) -> set[tuple[str, str, str, str, str]]:
    """Sheet, key, field, old and new of every change."""
    found = [(c.sheet, c.key, c.field, c.old, c.new) for file in report.files for c in file.changes]
    assert len(found) == len(set(found)) == report.changes
    return set(found)


def notes(report: ImportReport) -> str:
    """Every note, a line each."""
    return "\n".join(note for file in report.files for note in file.notes)


def stored(db: Path) -> dict[str, dict[str, dict[str, str]]]:
    """What the file says, as workbooks see it."""
    with closing(connect(db)) as conn:
        return read_ledger(conn, 1).stored()


class Filling:
    """A workbook that somebody fills in; cells are found by the hidden row above the header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self._sheets: dict[str, Worksheet] = {}
        self._columns: dict[str, dict[str, int]] = {}

    def sheet(self, name: str) -> Worksheet:
        """The sheet of that name in the specification."""
        for sheet in self.book.worksheets:
            if name not in self._sheets and self.marker_row(sheet, name):
                self._sheets[name] = sheet
        return self._sheets[name]

    @staticmethod
    def marker_row(sheet: Worksheet, name: str) -> int:
        """The number of the hidden row; 0 where there is none."""
        for cells in sheet.iter_rows(max_row=60):
            if any(re.fullmatch(rf"{name}\.\w+", str(c.value)) for c in cells):
                return int(cells[0].row)
        return 0

    def columns(self, name: str) -> dict[str, int]:
        """Field → number of its column."""
        if name not in self._columns:
            sheet = self.sheet(name)
            self._columns[name] = {
                str(c.value).split(".")[1]: c.column
                for c in sheet[self.marker_row(sheet, name)]
                if str(c.value).startswith(f"{name}.")
            }
        return self._columns[name]

    def first(self, name: str) -> int:
        """The number of the first row below the header."""
        return self.marker_row(self.sheet(name), name) + 2

    def row(self, name: str, key: str) -> int:
        """The number of a row by its key."""
        sheet, column = self.sheet(name), min(self.columns(name).values())
        for number in range(self.first(name), sheet.max_row + 1):
            if str(sheet.cell(number, column).value) == key:
                return number
        raise KeyError(key)

    def set(self, name: str, key: str, /, **cells: Any) -> Filling:
        """Write into cells of a row."""
        return self.write(name, self.row(name, key), **cells)

    def write(self, name: str, row: int, /, **cells: Any) -> Filling:
        """Write into cells of a row by its number."""
        columns = self.columns(name)
        for field, value in cells.items():
            self.sheet(name).cell(row, columns[field]).value = value
        return self

    def add(self, name: str, /, **cells: Any) -> Filling:
        """Write into the first empty row."""
        sheet = self.sheet(name)
        row = self.first(name)
        while any(cell.value is not None for cell in sheet[row]):
            row += 1
        return self.write(name, row, **cells)

    def save(self, path: Path | None = None) -> Path:
        """Save, under another name if one is given."""
        path = path or self.path
        self.book.save(path)
        return path


def rearrange(sheet: Worksheet, marker_row: int, rows: list[int], columns: list[int]) -> None:
    """Put data rows and columns into another order; `rows` and `columns` are the old numbers."""
    head = [marker_row, marker_row + 1]
    table = {
        number: [sheet.cell(number, column).value for column in columns]
        for number in [*head, *rows]
    }
    first = marker_row + 2
    for target, number in [*zip(head, head, strict=True), *enumerate(rows, first)]:
        for column, value in enumerate(table[number], 1):
            sheet.cell(target, column).value = value


def inconsistencies(db: Path) -> Iterator[str]:
    """Where `proof` is not what the deliverables say that they cover."""
    with closing(sqlite3.connect(db)) as conn:
        items: dict[int, list[int]] = {}
        by_id: dict[str, int] = {}
        for no, id_, annex in conn.execute("SELECT no, id, annex FROM item"):
            items.setdefault(annex, []).append(no)
            by_id[id_] = no
        delegations: dict[int, dict[int, int]] = {}
        for no, item, zone in conn.execute("SELECT no, item, zone FROM delegation"):
            delegations.setdefault(item, {})[zone] = no
        expected = set()
        for no, duty, zone, covers, done_on in conn.execute(
            "SELECT no, duty, zone, covers, done_on FROM deliverable WHERE voided_on IS NULL"
        ):
            parts = covers.split(";")
            if len(parts) != len(set(parts)):
                yield f"deliverable {no} names an item twice"
            for part in parts:
                covered = items[int(part[6:])] if part.startswith("annex:") else [by_id[part]]
                for item in covered:
                    for its_zone, delegation in delegations[item].items():
                        if zone in (None, its_zone):
                            expected.add((duty, delegation, done_on, no))
        found = set(conn.execute("SELECT duty, delegation, done_on, deliverable FROM proof"))
        if found != expected:
            yield f"proof has {len(found - expected)} rows too many, lacks {len(expected - found)}"
        yield from (str(row) for row in conn.execute("PRAGMA foreign_key_check"))
        if conn.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            yield "integrity_check"
