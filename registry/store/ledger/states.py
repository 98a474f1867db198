"""What a change of the ledger brings about: obligations and agreements before and after it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from registry.model.vocabulary import Status

_OBLIGATIONS: Final = "SELECT duty_no, delegation_no, status, due_on, met_on FROM obligation_state"
_AGREEMENTS: Final = (
    "SELECT delegation_no, agreement_status, agreement FROM delegations WHERE entrusts = 1"
)


@dataclass(frozen=True, slots=True)
class ObligationChange:
    """An obligation whose status or day of proof changed. Names of the duty in both languages."""

    delegation: str
    item_name: str
    duty: str
    duty_zh: str
    duty_en: str
    before: Status
    status: Status
    due_on: str | None
    met_on: str | None

    @property
    def late(self) -> bool:
        """Whether it was met after it fell due."""
        return bool(self.met_on and self.due_on and self.met_on > self.due_on)


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """A delegation whose agreement status changed."""

    delegation: str
    item_name: str
    before: str
    status: str


@dataclass(frozen=True, slots=True)
class LedgerStates:
    """How obligations and agreements stand; read again after a change, it tells what changed.

    The caller has made the views of the day (`create_shadow_views`).
    """

    obligations: dict[tuple[int, int], tuple[Status, str | None, str | None]]
    agreements: dict[int, tuple[str, str | None]]

    @classmethod
    def read(cls, conn: sqlite3.Connection) -> LedgerStates:
        """How they stand now."""
        return cls(
            {(row[0], row[1]): row[2:] for row in conn.execute(_OBLIGATIONS)},
            {row[0]: row[1:] for row in conn.execute(_AGREEMENTS)},
        )


def changed_states(
    conn: sqlite3.Connection, before: LedgerStates, after: LedgerStates
) -> tuple[list[ObligationChange], list[AgreementChange]]:
    """What changed between two readings, in the order of items, zones and duties."""
    obligations = []
    for key in sorted(after.obligations, key=lambda k: (k[1], k[0])):
        was, now = before.obligations.get(key), after.obligations[key]
        if was is not None and (was[0], was[2]) != (now[0], now[2]):
            duty: tuple[str, str, str] = conn.execute(
                "SELECT id, name_zh, name_en FROM duty WHERE no = ?", key[:1]
            ).fetchone()
            obligations.append(
                ObligationChange(*_delegation(conn, key[1]), *duty, *(was[0], now[0]), *now[1:])
            )
    agreements = [
        AgreementChange(*_delegation(conn, no), before.agreements[no][0], now[0])
        for no, now in sorted(after.agreements.items())
        if no in before.agreements and before.agreements[no][0] != now[0]
    ]
    return obligations, agreements


def _delegation(conn: sqlite3.Connection, no: int) -> tuple[str, str]:
    row: tuple[str, str] = conn.execute(
        "SELECT id, item_name FROM delegations WHERE delegation_no = ?", (no,)
    ).fetchone()
    return row
