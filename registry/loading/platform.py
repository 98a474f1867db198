"""What the loads of the platform's files share: what a person said, and what is reported."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.errors import RegistryError, did_you_mean
from registry.intake.listing.fields import header_key
from registry.intake.platform.fields import SHEETS, field_called
from registry.intake.platform.places import Place
from registry.intake.platform.tables import Tables, known_fields, read_tables
from registry.intake.platform.tally import Tally
from registry.locale import _, list_separator
from registry.model.case import FileKind, SheetKind
from registry.model.vocabulary import Provenance
from registry.store.instrument import find_instrument
from registry.store.platform.loads import NO_SOURCE, load_key, mappings

_MAP_OPTION: Final = "--map"


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a person asks for. `maps`: COLUMN=FIELD, as written; `from_on`, `to_on`: the days that
    files of cases cover, where that is said; `exported_on`: the day of which the files are."""

    kind: FileKind
    paths: tuple[Path, ...]
    source: str = NO_SOURCE
    maps: tuple[str, ...] = ()
    instrument: str | None = None
    from_on: str | None = None
    to_on: str | None = None
    provenance: Provenance = "official"
    exported_on: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class ReadTable:
    """A table as it was read. `columns`: header → field; `unused`: headers that give none;
    `hidden`: headers of columns that nobody sees, which were not read."""

    place: Place
    kind: SheetKind
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass
class PlatformLoad:
    """What a load brought about. `key`: what it is called; None where nothing was written, for
    the registry had all of it. `tallies`: by kind of sheet; `other`: tables that are not
    understood; `hidden`: those that nobody sees; `from_on`, `to_on`: the days that files cover."""

    request: LoadRequest
    tables: list[ReadTable]
    other: list[Place]
    tallies: dict[SheetKind, Tally] = field(default_factory=dict)
    no: int | None = None
    digest: str | None = None
    from_on: str | None = None
    to_on: str | None = None
    hidden: list[Place] = field(default_factory=list)

    @property
    def key(self) -> str | None:
        """What the load is called."""
        return load_key(self.no) if self.no is not None else None

    @property
    def read(self) -> int:
        """Rows of all tables."""
        return sum(tally.read for tally in self.tallies.values())

    @property
    def kept(self) -> int:
        """Rows of all tables that are stored."""
        return sum(tally.kept for tally in self.tallies.values())


@dataclass(frozen=True)
class Opened:
    """Files with their tables, and what was said of columns that are there; `corrected`: what these
    were said to give before."""

    tables: Tables
    maps: dict[SheetKind, dict[str, str]]
    instrument: str | None
    corrected: frozenset[str] = frozenset()


def open_files(conn: sqlite3.Connection, request: LoadRequest) -> Opened:
    """The tables of the files. Raises PlatformFileError, and RegistryError for what was said."""
    if request.from_on and request.to_on and request.from_on > request.to_on:
        raise RegistryError(
            _("the days that the files cover end before they begin"),
            _("Correct --from or --to."),
            "--from",
        )
    instrument = find_instrument(conn, request.instrument)[1] if request.instrument else None
    said = _parse(request)
    known = mappings(conn, request.source)
    corrected: set[str] = set()
    for kind, headers in said.items():
        keys = {header_key(header): name for header, name in headers.items()}
        remembered = known.get(kind, {})
        before = {h: f for h, f in remembered.items() if header_key(h) in keys}
        corrected |= {name for h, name in before.items() if keys[header_key(h)] != name}
        known[kind] = {**{h: remembered[h] for h in remembered.keys() - before.keys()}, **headers}
    tables = read_tables(request.paths, request.kind, known)
    return Opened(tables, _those_there(said, tables), instrument, frozenset(corrected))


def _parse(request: LoadRequest) -> dict[SheetKind, dict[str, str]]:
    """Kind of sheet → header → field, of all kinds that have the field."""
    found: dict[SheetKind, dict[str, str]] = {}
    for text in request.maps:
        header, equals, name = (part.strip() for part in text.rpartition("="))
        if not equals or not header or not name:
            raise RegistryError(
                _("“{value}” is not COLUMN=FIELD").format(value=text), place=_MAP_OPTION
            )
        fields = {kind: field_called(kind, name) for kind in SHEETS[request.kind]}
        if not any(fields.values()):
            known = known_fields(request.kind)
            raise RegistryError(
                _("there is no field {field}").format(field=name),
                did_you_mean(
                    name,
                    known,
                    _("Fields are: {fields}.").format(fields=list_separator().join(known)),
                ),
                _MAP_OPTION,
            )
        for kind, one in fields.items():
            if one:
                found.setdefault(kind, {})[header] = one
    return found


def _those_there(
    said: dict[SheetKind, dict[str, str]], tables: Tables
) -> dict[SheetKind, dict[str, str]]:
    """What was said of columns by their headers, for the kinds of table that have them; each has to
    be somewhere. By its letters a column is of these files alone."""
    used: dict[SheetKind, dict[str, str]] = {}
    letters = {c.letters for table in tables.understood for c in table.header.columns}
    for table in tables.understood:
        keys = {
            header_key(part)
            for column in table.header.columns
            for part in (column.header, *column.header.split("/"))
        }
        for header, name in said.get(table.kind, {}).items():
            if header_key(header) in keys:
                used.setdefault(table.kind, {})[header] = name
    there = {header for headers in used.values() for header in headers}
    for headers in said.values():
        for header in headers:
            if header not in there and header not in letters:
                raise RegistryError(
                    _("no table has a column {header}").format(header=header), place=_MAP_OPTION
                )
    return used


def begin_report(request: LoadRequest, opened: Opened) -> PlatformLoad:
    """What is known of a load once its tables are."""
    tables = [
        ReadTable(
            table.place(0),
            table.kind,
            tuple(
                (table.label(name) or column.letters, name)
                for name, column in table.header.fields.items()
            ),
            table.unused,
            table.hidden_columns,
        )
        for table in opened.tables.understood
    ]
    return PlatformLoad(
        request,
        tables,
        opened.tables.other,
        from_on=request.from_on,
        to_on=request.to_on,
        hidden=opened.tables.hidden,
    )
