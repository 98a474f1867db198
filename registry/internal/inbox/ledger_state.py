"""What the site needs of the ledger, to compare a workbook with: published, as JSON.

Of each instrument what names and values stand for; of each body its own rows, as they are stored.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from registry.intake.ledger.csv_files import LedgerReader
from registry.intake.ledger.sheet_specs import BodyKind
from registry.intake.ledger.values import Values
from registry.intake.names import Items
from registry.model.instrument import Instrument
from registry.model.vocabulary import PROVENANCES
from registry.store.ledger.importing import ORIGIN
from registry.store.ledger.workbooks import LedgerBook
from registry.store.stored_instrument import stored_instrument

SHARED: Final = ""
"""The body of the row that holds what is the same for all bodies of an instrument."""


def ledger_states(
    conn: sqlite3.Connection, books: Iterable[LedgerBook]
) -> Iterator[tuple[str, str, bytes]]:
    """Rows of the published table: instrument, body, content."""
    seen: set[str] = set()
    for book in books:
        if book.instrument not in seen:
            seen.add(book.instrument)
            yield book.instrument, SHARED, _packed(_shared(conn, book.instrument))
        body = book.body
        about = {"kind": body.kind, "id": body.id, "short_name": body.short_name}
        own = {"body": about, "identity": book.identity, "stored": book.stored}
        yield book.instrument, body.id, _packed(own)


def _shared(conn: sqlite3.Connection, instrument: str) -> dict[str, Any]:
    (no,) = conn.execute("SELECT no FROM instrument WHERE id = ?", (instrument,)).fetchone()
    items = conn.execute("SELECT id, annex, name FROM item WHERE instrument = ? ORDER BY no", (no,))
    return {
        "instrument": stored_instrument(conn, no, "official", ORIGIN).model_dump(mode="json"),
        "items": items.fetchall(),
    }


def _packed(content: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())


def unpacked(content: bytes) -> dict[str, Any]:
    """The JSON of a published row."""
    found = json.loads(zlib.decompress(content))
    assert isinstance(found, dict)
    return found


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The ledger of one body and instrument, as it was published."""

    instrument: Instrument
    item_names: dict[str, str]
    items: Items
    kind: BodyKind
    body: str
    short_name: str
    identity: str
    stored: dict[str, dict[str, dict[str, str]]]

    @classmethod
    def of(cls, shared: dict[str, Any], own: dict[str, Any]) -> LedgerState:
        """The state that two published rows tell: what is shared, and the body's own."""
        instrument = Instrument.model_validate(shared["instrument"])
        names = {id_: name for id_, _annex, name in shared["items"]}
        items = Items(((id_, annex) for id_, annex, _name in shared["items"]), names, instrument.id)
        body = own["body"]
        return cls(
            *(instrument, names, items, body["kind"], body["id"], body["short_name"]),
            *(own["identity"], own["stored"]),
        )

    @property
    def values(self) -> Values:
        """What cells of its workbooks stand for."""
        return Values(self.instrument)

    @property
    def reader(self) -> LedgerReader:
        """What resolves the names of its rows."""
        return LedgerReader(self.instrument, self.items, PROVENANCES)

    def called(self, sheet: str, key: str) -> str:
        """What a row is about, in words: its item, zone and duty; "" where it is not known."""
        stored = self.stored.get(sheet, {}).get(key)
        if stored is None:
            return ""
        duties = {duty.id: duty.name.zh for duty in self.instrument.duties}
        zones = {zone.id: zone.short_name for zone in self.instrument.zones}
        item = stored.get("item", "")
        parts = (
            self.item_names.get(item, item),
            zones.get(stored.get("zone", ""), stored.get("zone", "")),
            duties.get(stored.get("duty", ""), ""),
            stored.get("text", "")[:40],
        )
        return " · ".join(part for part in parts if part)
