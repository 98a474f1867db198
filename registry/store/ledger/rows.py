"""The ledger as a workbook shows it: every row under the key that identifies it in workbooks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from registry.intake.ledger.sheet_specs import BodyKind
from registry.intake.ledger.values import number_text, plain
from registry.model.vocabulary import Provenance
from registry.store.bodies import find_department, find_zone

PROOF_FIELDS: Final = ("done_on", "document", "url", "note")
"""What a workbook says of a deliverable."""

ProofValues = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class LedgerBody:
    """Whose workbook it is."""

    kind: BodyKind
    no: int
    id: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A deliverable, as proof of an obligation. `zone`: its number; None: it is for every zone."""

    no: int
    zone: int | None
    values: ProofValues
    sha256: str | None
    provenance: Provenance
    source: str

    @property
    def order(self) -> tuple[ProofValues, int]:
        """The first is shown; of one day, the first by its text, so that splitting changes none."""
        return self.values, self.no


@dataclass(slots=True)
class Obligation:
    """An obligation and what proves it, the first first. `agreed`: it is met by an agreement."""

    key: str
    duty: str
    duty_no: int
    item: str
    item_no: int
    zone: str
    zone_no: int
    delegation_no: int
    agreed: bool
    proofs: list[Proof] = field(default_factory=list)

    @property
    def values(self) -> ProofValues:
        """What its row says: the first proof, or nothing."""
        return self.proofs[0].values if self.proofs else ("", "", "", "")


@dataclass(slots=True)
class LedgerRow:
    """An agreement, guidance request or reduction: its texts, and where they come from."""

    no: int
    texts: dict[str, str]
    provenance: Provenance
    source: str
    parties: frozenset[int] = frozenset()
    zones: frozenset[int] = frozenset()


@dataclass
class Ledger:
    """The ledger of one instrument. Rows by sheet and key."""

    instrument: int
    obligations: dict[str, Obligation]
    rows: dict[str, dict[str, LedgerRow]]

    def stored(self) -> dict[str, dict[str, dict[str, str]]]:
        """Sheet → key → field → text, to compare a workbook with."""
        by_sheet: dict[str, dict[str, dict[str, str]]] = {
            name: {key: row.texts for key, row in rows.items()} for name, rows in self.rows.items()
        }
        by_sheet["obligations"] = {
            key: {"item": o.item, "zone": o.zone, "duty": o.duty}
            | dict(zip(PROOF_FIELDS, o.values, strict=True))
            for key, o in self.obligations.items()
        }
        return by_sheet


def find_body(conn: sqlite3.Connection, kind: BodyKind, name: str) -> LedgerBody:
    """The body of that kind and name, as it is called on the day on which views stand.

    Raises UnknownBody.
    """
    find = find_zone if kind == "zone" else find_department
    row = conn.execute(
        f"SELECT {kind}_no, id, name, short_name FROM {kind}s WHERE id = ?", (find(conn, name),)
    ).fetchone()
    return LedgerBody(kind, *row)


def all_bodies(conn: sqlite3.Connection, instrument: int) -> list[LedgerBody]:
    """Every department, and every zone of the instrument, in their order, by their names of the day
    on which views stand.

    Not departments that others have taken over from by that day: what they held is in the books of
    those. Where there are several instruments, only departments with which this one has to do.
    """
    departments = conn.execute(
        "SELECT dep.department_no, id, name, short_name FROM departments AS dep"
        " WHERE EXISTS (SELECT 1 FROM department_successions AS s"
        "  WHERE s.department_no = dep.department_no AND s.current_no = dep.department_no)"
        " AND ((SELECT count(*) FROM instrument) = 1"
        "  OR EXISTS (SELECT 1 FROM item_departments AS x JOIN item AS i ON i.no = x.item_no"
        "             WHERE x.department_no = dep.department_no AND i.instrument = :instrument)"
        "  OR EXISTS (SELECT 1 FROM agreement AS a"
        "             WHERE a.department = dep.department_no AND a.instrument = :instrument)"
        "  OR EXISTS (SELECT 1 FROM guidance_request AS g"
        "             WHERE g.department = dep.department_no AND g.instrument = :instrument))"
        " ORDER BY dep.department_no",
        {"instrument": instrument},
    )
    zones = conn.execute(
        "SELECT z.zone_no, z.id, z.name, z.short_name FROM zones AS z JOIN instrument_zones AS iz"
        " ON iz.zone_no = z.zone_no WHERE iz.instrument_no = ? ORDER BY z.zone_no",
        (instrument,),
    )
    return [
        *(LedgerBody("department", *row) for row in departments.fetchall()),
        *(LedgerBody("zone", *row) for row in zones.fetchall()),
    ]


def read_ledger(conn: sqlite3.Connection, instrument: int) -> Ledger:
    """The ledger as it is stored, whatever the day."""
    return Ledger(
        instrument,
        _obligations(conn, instrument),
        {
            "agreements": _agreements(conn, instrument),
            "guidance": _guidance(conn, instrument),
            "service": _service(conn, instrument),
        },
    )


def _obligations(conn: sqlite3.Connection, instrument: int) -> dict[str, Obligation]:
    """Those of every period that a delegation had, has or will have, by key."""
    obligations: dict[str, Obligation] = {}
    by_number: dict[tuple[int, int], Obligation] = {}
    for duty, duty_no, item, item_no, zone, zone_no, delegation, proof in conn.execute(
        "SELECT du.id, du.no, i.id, i.no, z.id, z.no, d.no, du.proof"
        " FROM (SELECT DISTINCT dm.duty, dp.delegation FROM duty_mode AS dm"
        "       JOIN duty AS of_mode ON of_mode.no = dm.duty"
        "       JOIN period AS p ON p.instrument = dm.instrument AND p.mode = dm.mode"
        "         AND p.owed_from <> '9999-12-31'"
        "         AND (of_mode.initiation IS NULL OR of_mode.initiation = p.initiation)"
        "       JOIN delegation_period AS dp ON dp.period = p.no"
        "       WHERE dm.instrument = :ins) AS owed"
        " JOIN duty AS du ON du.no = owed.duty"
        " JOIN delegation AS d ON d.no = owed.delegation"
        " JOIN item AS i ON i.no = d.item AND i.instrument = :ins"
        " JOIN zone AS z ON z.no = d.zone ORDER BY i.no, d.no, du.no",
        {"ins": instrument},
    ):
        key = f"{item}-{zone}/{duty}"
        obligation = Obligation(
            *(key, duty, duty_no, item, item_no, zone, zone_no, delegation, proof == "agreement")
        )
        obligations[key] = by_number[duty_no, delegation] = obligation
    proofs = {
        no: Proof(no, zone, _texts(values), sha256, provenance, source)
        for no, zone, *values, sha256, provenance, source in conn.execute(
            "SELECT dv.no, dv.zone, dv.done_on, dv.document, dv.url, dv.note, dv.sha256,"
            " dv.provenance, dv.source FROM deliverable AS dv JOIN duty AS du ON du.no = dv.duty"
            " WHERE du.instrument = ? AND dv.voided_on IS NULL",
            (instrument,),
        )
    }
    for duty_no, delegation, deliverable in conn.execute(
        "SELECT p.duty, p.delegation, p.deliverable FROM proof AS p"
        " JOIN duty AS du ON du.no = p.duty WHERE du.instrument = ?",
        (instrument,),
    ):
        if (duty_no, delegation) in by_number:
            by_number[duty_no, delegation].proofs.append(proofs[deliverable])
    # An agreement meets its duty as a deliverable would, but is not changed there.
    agreed = {(o.duty_no, o.delegation_no): o for o in obligations.values() if o.agreed}
    duties = {duty_no for duty_no, _delegation in agreed}
    for delegation, no, signed_on, number, url, provenance, source in conn.execute(
        "SELECT da.delegation_no, a.no, a.signed_on, a.number, a.url, a.provenance, a.source"
        " FROM delegation_agreements AS da JOIN agreement AS a ON a.no = da.agreement_no"
        " WHERE a.instrument = ?",
        (instrument,),
    ):
        for duty_no in duties:
            if met := agreed.get((duty_no, delegation)):
                values = _texts((signed_on, number, url, None))
                met.proofs.append(Proof(no, None, values, None, provenance, source))
    for obligation in obligations.values():
        obligation.proofs.sort(key=lambda proof: proof.order)
    return obligations


def _texts(values: Iterable[str | None]) -> ProofValues:
    done_on, document, url, note = (plain(value or "") for value in values)
    return done_on, document, url, note


def _agreements(conn: sqlite3.Connection, instrument: int) -> dict[str, LedgerRow]:
    contains: dict[int, list[str]] = {}
    for agreement, term in conn.execute(
        "SELECT agreement, term FROM agreement_contains ORDER BY rowid"
    ):
        contains.setdefault(agreement, []).append(term)
    names = (
        *("number", "department", "zone", "signed_on", "effective_on", "expires_on"),
        *("clauses", "covers", "document", "url", "renews", "filed_on", "terminated_on"),
        *("termination_basis", "dissolved_public_on", "acts"),
    )
    rows = {}
    for no, department, grantor, zone, provenance, source, *texts in conn.execute(
        "SELECT a.no, a.department, a.grantor_zone, a.zone, a.provenance, a.source, a.number,"
        " coalesce(dep.short_name, gz.short_name), z.short_name, a.signed_on, a.effective_on,"
        " a.expires_on, NULL, a.covers, a.document, a.url, a.renews, a.filed_on, a.terminated_on,"
        " a.termination_basis, a.dissolved_public_on, a.acts"
        " FROM agreement AS a JOIN zone AS z ON z.no = a.zone"
        " LEFT JOIN department AS dep ON dep.no = a.department"
        " LEFT JOIN zone AS gz ON gz.no = a.grantor_zone"
        " WHERE a.instrument = ? AND a.voided_on IS NULL ORDER BY a.no",
        (instrument,),
    ):
        row = _row(no, names, texts, provenance, source)
        row.texts["clauses"] = ";".join(contains.get(no, []))
        row.parties = frozenset([department] if department else [])
        row.zones = frozenset([zone, grantor] if grantor else [zone])
        rows[row.texts["number"]] = row
    return rows


def _guidance(conn: sqlite3.Connection, instrument: int) -> dict[str, LedgerRow]:
    names = ("zone", "department", "kind", "raised_on", "text", "answered_on")
    rows = {}
    for no, department, zone, provenance, source, *texts in conn.execute(
        "SELECT g.no, g.department, g.zone, g.provenance, g.source, z.short_name, dep.short_name,"
        " g.kind, g.raised_on, g.text, g.answered_on"
        " FROM guidance_request AS g JOIN zone AS z ON z.no = g.zone"
        " JOIN department AS dep ON dep.no = g.department"
        " WHERE g.instrument = ? AND g.voided_on IS NULL ORDER BY g.no",
        (instrument,),
    ):
        row = _row(no, names, texts, provenance, source)
        row.parties, row.zones = frozenset([department]), frozenset([zone])
        rows[str(no)] = row
    return rows


def _service(conn: sqlite3.Connection, instrument: int) -> dict[str, LedgerRow]:
    names = ("item", "item_name", "zone", "measure", "unit")
    rows = {}
    for no, zone, before, after, provenance, source, *texts in conn.execute(
        "SELECT s.no, s.zone, s.before, s.after, s.provenance, s.source, i.id, i.name,"
        " z.short_name, s.measure, s.unit"
        " FROM service_reduction AS s JOIN item AS i ON i.no = s.item"
        " JOIN zone AS z ON z.no = s.zone"
        " WHERE i.instrument = ? AND s.voided_on IS NULL ORDER BY i.no, s.no",
        (instrument,),
    ):
        row = _row(no, names, texts, provenance, source)
        row.texts |= {"before": number_text(before), "after": number_text(after)}
        row.zones = frozenset([zone])
        rows[str(no)] = row
    return rows


def _row(
    no: int,
    names: Iterable[str],
    texts: Iterable[str | None],
    provenance: Provenance,
    source: str,
) -> LedgerRow:
    by_name = {name: plain(text or "") for name, text in zip(names, texts, strict=True)}
    return LedgerRow(no, by_name, provenance, source)
