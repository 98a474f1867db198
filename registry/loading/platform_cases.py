"""Files of cases, with their steps and stops, into the registry: in one transaction, or not."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any

from registry.intake.gc_pause import gc_paused
from registry.intake.platform.cases import CaseReader, Row, unstated
from registry.intake.platform.names import Bodies, Items
from registry.intake.platform.places import Place
from registry.intake.platform.steps import Parts, PartsReader
from registry.intake.platform.tables import Table
from registry.intake.platform.tally import MARK, Tally
from registry.loading.platform import LoadRequest, Opened, PlatformLoad, begin_report, open_files
from registry.store.connection import many_rows, transaction
from registry.store.log.changes import Change
from registry.store.platform.cases import CaseWriter, NewCase, StoredCase
from registry.store.platform.loads import (
    LoadTerms,
    next_load,
    remember_mappings,
    source_number,
    write_load,
)
from registry.store.platform.names import known_names

_NO_PARTS = Parts()
_APPLIED, _ACCEPTED = 6, 7
"""Where a row has the days of the application and of its acceptance."""


def load_cases(conn: sqlite3.Connection, request: LoadRequest, change: Change) -> PlatformLoad:
    """Load files of cases. Raises PlatformFileError and RegistryError, and writes nothing then.

    Nothing is written either where every row is in the registry as it is.
    """
    opened = open_files(conn, request)
    report = begin_report(request, opened)
    with many_rows(conn), gc_paused(), transaction(conn, dry_run=request.dry_run):
        load = _CaseLoad(conn, request, opened, report, change.at[:10])
        load.read()
        load.finish()
        if report.kept or not report.read or request.from_on or request.to_on:
            load.write(change)
        remember_mappings(conn, load.source, opened.maps)
    return report


class _CaseLoad:
    """One load, as its rows pass."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        request: LoadRequest,
        opened: Opened,
        report: PlatformLoad,
        today: str,
    ) -> None:
        known, year = known_names(conn), int(today[:4])
        bodies = Bodies(known)
        self._conn = conn
        self._report = report
        self._tables, self._corrected = opened.tables, opened.corrected
        self.source = source_number(conn, request.source)
        self._no = next_load(conn)
        self._items = Items(known, opened.instrument)
        self._tally = Tally()
        self._reader = CaseReader(self._items, bodies, year, self._tally)
        self._parts = PartsReader(known, bodies, year)
        self._writer = CaseWriter(conn, self._no, self.source)
        self._seen: set[str] = set()
        self._unchanged: set[str] = set()
        self._done: set[str] = set()
        """Numbers of cases whose steps and stops are accounted for."""
        self._possible: tuple[str, str] = (
            conn.execute("SELECT coalesce(min(date), '') FROM workday").fetchone()[0],
            request.exported_on or today,
        )
        """The first day of the calendar, and that of the files."""

    def read(self) -> None:
        """Read all tables, and write what they say that is new."""
        for table in self._tables.of("steps"):
            self._parts.read_steps(table)
        for table in self._tables.of("stops"):
            self._parts.read_stops(table)
        for ordinal, table in enumerate(self._tables.of("cases"), start=1):
            for rows in self._reader.rows(table, ordinal):
                if rows:
                    self._cover(rows)
                    self._take(table, rows)
        self._take_parts_alone()
        self._report.tallies["cases"] = self._tally
        for kind, tally in (("steps", self._parts.steps), ("stops", self._parts.stops)):
            if tally.read:
                self._report.tallies[kind] = tally  # type: ignore[index]

    def finish(self) -> None:
        """Have the file as it was but for the rows."""
        self._writer.restore_indexes()

    def write(self, change: Change) -> None:
        """Write the row of the load."""
        report, request = self._report, self._report.request
        report.no, report.digest = self._no, self._writer.digest()
        terms = LoadTerms(
            "cases", request.provenance, request.exported_on, report.from_on, report.to_on
        )
        counts = report.read, report.kept
        write_load(self._conn, self._no, self.source, terms, counts, report.digest, change)

    def _cover(self, rows: Sequence[Row]) -> None:
        """Have the days that are covered, where nobody said, be those of acceptance: those that may
        be, as a placeholder like 9999-12-31 covers nothing."""
        first, last = self._possible
        days = [
            day for row in rows if (day := row[_ACCEPTED] or row[_APPLIED]) and first <= day <= last
        ]
        if not days:
            return
        report, request = self._report, self._report.request
        if not request.from_on:
            report.from_on = min(report.from_on or days[0], *days, days[0])
        if not request.to_on:
            report.to_on = max(report.to_on or days[0], *days, days[0])

    def _take(self, table: Table, rows: list[Row]) -> None:
        numbers = [row[1] for row in rows]
        earlier = self._writer.earlier(numbers)
        before = len(self._seen)
        self._seen.update(numbers)
        if (
            not earlier
            and len(self._seen) == before + len(numbers)
            and (not self._parts.parts or self._parts.parts.keys().isdisjoint(numbers))
        ):
            self._writer.write_rows(rows)
            self._tally.new += len(rows)
        else:
            self._take_each(table, rows, earlier)

    def _take_each(self, table: Table, rows: list[Row], earlier: dict[str, StoredCase]) -> None:
        """The same of rows of which some are known, repeated, or have steps."""
        cases: list[NewCase] = []
        taken: dict[str, Row] = {}
        kept = unstated(table, self._corrected)
        done = self._unchanged | self._writer.written(row[1] for row in rows)
        for row in rows:
            number = row[1]
            if number[0] == MARK and (known := earlier.get(number)) and known.content != row[1:]:
                # No number ties it to a case of an earlier file.
                row = _renamed(row)
                number = row[1]
                earlier |= self._writer.earlier([number])
            if number in taken or number in done:
                first = taken.get(number) or self._stored(number)
                self._count_again(table.place(row[0], "number"), row, first)
                continue
            taken[number] = row
            stored = earlier.get(number)
            case = self._compared(_completed(row, stored, kept), stored)
            if case is None:
                self._tally.unchanged += 1
                self._unchanged.add(number)
                continue
            cases.append(case)
            if case.supersedes is None:
                self._tally.new += 1
            else:
                self._tally.superseding += 1
        self._writer.write(cases)
        self._seen |= taken.keys()

    def _count_again(self, place: Place, row: Row, first: Row) -> None:
        same = first[2:] == row[2:]
        (self._tally.repeated if same else self._tally.contradicting).add(place)

    def _stored(self, number: str) -> Row:
        """A row of these files that is written already, or that the registry had as it is."""
        return (0, *self._writer.live(number))

    def _compared(self, row: Row, stored: StoredCase | None) -> NewCase | None:
        """What is to be written of a case; None where the registry has it all."""
        parts = self._parts.parts.get(row[1], _NO_PARTS)
        steps, stops = self._steps(parts, row[2]), [tuple(stop) for stop in parts.stops]
        if parts is not _NO_PARTS:
            self._done.add(row[1])
        if stored is None:
            self._count_parts(parts, "new")
            return NewCase(row, steps, stops)
        # A file that says nothing of steps takes none away.
        steps, stops = steps or stored.steps, stops or stored.stops
        if (stored.content, stored.steps, stored.stops) == (row[1:], steps, stops):
            self._count_parts(parts, "unchanged")
            return None
        self._count_parts(parts, "superseding")
        return NewCase(row, steps, stops, stored.no)

    def _count_parts(self, parts: Parts, how: str) -> None:
        for tally, n in (
            (self._parts.steps, len(parts.steps)),
            (self._parts.stops, len(parts.stops)),
        ):
            setattr(tally, how, getattr(tally, how) + n)

    def _steps(self, parts: Parts, item: int | None) -> list[tuple[Any, ...]]:
        instrument = self._items.instrument(item)
        return [(step.act, step.duties.get(instrument or ""), *step[2:]) for step in parts.steps]

    def _take_parts_alone(self) -> None:
        """Steps and stops of cases that an earlier file had; of no case: refused."""
        left = [number for number in self._parts.parts if number not in self._done]
        for start in range(0, len(left), 1000):
            numbers = left[start : start + 1000]
            earlier = self._writer.earlier(numbers)
            cases = []
            for number in numbers:
                parts, stored = self._parts.parts[number], earlier.get(number)
                if stored is None:
                    for tally, places in (
                        (self._parts.steps, parts.step_places),
                        (self._parts.stops, parts.stop_places),
                    ):
                        for place in places:
                            tally.refuse("no_such_case", place)
                    continue
                line = (parts.step_places or parts.stop_places)[0].row
                if case := self._compared((line, *stored.content), stored):
                    cases.append(case)
            self._writer.write(cases)


def _renamed(row: Row) -> Row:
    """A row without a number, called by its line and its content as well."""
    digest = hashlib.sha256(repr(row[2:]).encode()).hexdigest()[:8]
    return (row[0], f"{row[1]}-{digest}", *row[2:])


def _completed(row: Row, stored: StoredCase | None, kept: Sequence[int]) -> Row:
    """A row with what its file has no column for as the registry has it. `kept`: places in it."""
    if stored is None or not kept:
        return row
    values = list(row)
    for place in kept:
        values[place] = stored.content[place - 1]  # without the line
    return tuple(values)
