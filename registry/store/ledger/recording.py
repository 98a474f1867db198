"""One paper recorded, or one row voided: each a transaction that tells what it brought about."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.errors import RegistryError
from registry.intake.ledger.csv_files import LedgerEntry
from registry.intake.names import NameProblem
from registry.intake.problems import ProblemLog
from registry.locale import _, list_separator
from registry.model.ledger import AgreementRow, GuidanceRow, LedgerRow, ServiceRow
from registry.model.vocabulary import PROVENANCES, Provenance, weakest
from registry.store.connection import transaction
from registry.store.instrument import find_instrument
from registry.store.ledger.entries import LedgerLoader, kind_of, no_such_agreement
from registry.store.ledger.proofs import amended_source
from registry.store.ledger.rows import read_ledger
from registry.store.ledger.states import (
    AgreementChange,
    LedgerStates,
    ObligationChange,
    changed_states,
)
from registry.store.ledger.voids import (
    TABLES,
    FoundRow,
    RowKind,
    Voiding,
    find_row,
    row_key,
    void_row,
)
from registry.store.log.changes import Change
from registry.store.sources import renew_data_digest
from registry.store.stored_instrument import stored_instrument

_SHEETS: Final[dict[RowKind, str]] = {
    "agreement": "agreements",
    "proof": "deliverables",
    "guidance": "guidance",
    "service": "service",
}
_MODELS: Final[dict[RowKind, type[LedgerRow]]] = {
    "agreement": AgreementRow,
    "guidance": GuidanceRow,
    "service": ServiceRow,
}
_UNTOLD: Final = frozenset({"provenance", "source", "voided_on", "voided_why", "voided_by"})


Told = dict[str, "tuple[str | None, str | None]"]
"""Field → what it said, and what it says: a change as the history of the ledger has it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded or voided, by its key, and what that brought about."""

    kind: RowKind
    key: str
    instrument: str
    provenance: Provenance
    items: tuple[str, ...]
    obligations: list[ObligationChange]
    agreements: list[AgreementChange]


def record(
    conn: sqlite3.Connection,
    row: LedgerRow,
    change: Change,
    *,
    instrument: str | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Add a row to the ledger, as one of a ledger file is added.

    `row` bears its provenance and source. Without `instrument` it goes to the only one that knows
    all that it names. Raises RegistryError (NameProblem with the field in `column`) and adds
    nothing.
    """

    def _write() -> tuple[FoundRow, LedgerEntry, Told]:
        no, loader, entry = _resolved(conn, row, instrument)
        log = ProblemLog(Path())
        number = loader.write(entry, log)
        for problem in log.problems:
            raise RegistryError(problem.what, problem.remedy)
        if isinstance(row, AgreementRow) and row.renews:
            for _number, renewed in loader.check_renewals():
                if renewed == row.renews:
                    raise RegistryError(*no_such_agreement(renewed))
        kind = kind_of(entry)
        key = row_key(kind, number, getattr(row, "number", None))
        told: Told = {name: (None, text) for name, text in _texts(row).items()}
        return FoundRow(kind, number, key, no), entry, told

    return _changed(conn, _write, change, row.provenance or "official", dry_run)


def amend(
    conn: sqlite3.Connection,
    kind: RowKind,
    key: str,
    fields: Mapping[str, str],
    change: Change,
    *,
    instrument: str | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Say more of an agreement, request or reduction that is there: field → text.

    Its provenance stays the weakest of what it says. Raises UnknownRow, NameProblem, and
    ValidationError of the row's model.
    """
    owner = find_instrument(conn, instrument)[0] if instrument else None
    found = find_row(conn, kind, key, owner)
    row_texts = read_ledger(conn, found.instrument).rows[_SHEETS[kind]]
    stored = row_texts[found.key if kind == "agreement" else str(found.no)]
    row = _MODELS[kind].model_validate(
        {name: text for name, text in stored.texts.items() if text and name in _fields(kind)}
        | dict(fields)
    )
    row.provenance = weakest({stored.provenance, "official"}) or "official"
    row.source = amended_source(stored.source, f"{change.command}（{change.by}，{change.at[:10]}）")

    def _write() -> tuple[FoundRow, LedgerEntry, Told]:
        ins = stored_instrument(conn, found.instrument, "official", str(row.source))
        loader = LedgerLoader(conn, ins, found.instrument, PROVENANCES)
        entry = loader.reader.resolve(0, row)
        loader.amend(entry, found.no)
        told: Told = {name: (stored.texts[name] or None, text) for name, text in fields.items()}
        return found, entry, told

    return _changed(conn, _write, change, row.provenance, dry_run)


def _fields(kind: RowKind) -> Collection[str]:
    return _MODELS[kind].model_fields


def void(
    conn: sqlite3.Connection,
    kind: RowKind,
    key: str,
    why: str,
    change: Change,
    *,
    instrument: str | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Void a row of the ledger. Raises UnknownRow and UnknownInstrument."""
    owner = find_instrument(conn, instrument)[0] if instrument else None

    def _write() -> tuple[FoundRow, None, Told]:
        found = find_row(conn, kind, key, owner)
        voiding = Voiding(change.at[:10], why, change.by)
        void_row(conn, kind, found.no, voiding)
        return found, None, {"voided_on": (None, voiding.on), "voided_why": (None, why)}

    return _changed(conn, _write, change, None, dry_run)


def _changed(
    conn: sqlite3.Connection,
    write: Callable[[], tuple[FoundRow, LedgerEntry | None, Told]],
    change: Change,
    provenance: Provenance | None,
    dry_run: bool,
) -> Recorded:
    """Write in one transaction, log what was written, and tell what it brought about."""
    with transaction(conn, dry_run=dry_run):
        before = LedgerStates.read(conn)
        found, entry, told = write()
        after = LedgerStates.read(conn)
        obligations, agreements = changed_states(conn, before, after)
        _log(conn, found, told, change)
        (id_,) = conn.execute(
            "SELECT id FROM instrument WHERE no = ?", (found.instrument,)
        ).fetchone()
        (stored,) = conn.execute(
            f"SELECT provenance FROM {TABLES[found.kind]} WHERE no = ?", (found.no,)
        ).fetchone()
    items = tuple(getattr(entry, "items", ()))
    return Recorded(
        found.kind, found.key, id_, provenance or stored, items, obligations, agreements
    )


def _resolved(
    conn: sqlite3.Connection, row: LedgerRow, instrument: str | None
) -> tuple[int, LedgerLoader, LedgerEntry]:
    """The instrument that a row belongs to, its loader, and what the row stands for there."""
    if instrument is not None:
        known = [find_instrument(conn, instrument)]
    else:
        known = conn.execute("SELECT no, id FROM instrument ORDER BY no").fetchall()
    found = []
    problem: NameProblem | None = None
    for no, id_ in known:
        ins = stored_instrument(conn, no, "official", row.source or id_)
        loader = LedgerLoader(conn, ins, no, PROVENANCES)
        copy = row.model_copy(deep=True)
        try:
            found.append((no, id_, loader, loader.reader.resolve(0, copy)))
        except NameProblem as error:
            problem = problem or error
    if not found and problem is not None:
        raise problem
    if len(found) != 1:
        raise RegistryError(
            _("several instruments know what this names"),
            _("Name one with --instrument: {known}.").format(
                known=list_separator().join(id_ for _no, id_, _loader, _entry in found)
            ),
        )
    no, _id, loader, entry = found[0]
    return no, loader, entry


def _texts(row: LedgerRow) -> dict[str, str]:
    """What a row says, field by field, as text."""
    return {
        name: ";".join(value) if isinstance(value, list) else str(value)
        for name, value in row.model_dump(exclude_none=True).items()
        if name not in _UNTOLD and value not in ("", [])
    }


def _log(
    conn: sqlite3.Connection,
    found: FoundRow,
    told: Told,
    change: Change,
) -> None:
    """Write the change into the history of the ledger, and renew the digest of the data."""
    text = repr((change, found, sorted(told.items())))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    no: int = conn.execute(
        "INSERT INTO ledger_import VALUES (NULL, ?, ?, ?) RETURNING no",
        (change.at[:19], f"{change.command}（{change.by}）", sha256),
    ).fetchone()[0]
    key = found.key if found.kind == "agreement" else str(found.no)
    conn.executemany(
        "INSERT INTO main.ledger_change VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
        [
            (no, found.instrument, _SHEETS[found.kind], key, name, old, new)
            for name, (old, new) in told.items()
        ],
    )
    renew_data_digest(conn, f"ledger {sha256}")
