"""The audit of duties as one would write it without a rule engine: loops over dictionaries.

It stands for the plainest honest competitor where the rows are: nearly all that an audit examines
are duties of delegations. It knows their rules by heart, takes each obligation once for both of its
rules, and makes neither messages nor fingerprints, which the audit does. Rules on anything else
stand in SQL and in the oracle of the tests, and not a third time here.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from bench.tables import Record, Tables, days_after

Found = tuple[str, str, str, str | None, int | None]
"""code, subject_id, status, due_on, days_overdue"""

_DUTY_RULES: Final[dict[str, tuple[str, str]]] = {
    "agreement": ("AGR001", "AGR002"),
    "seal": ("SEA001", "DUT002"),
    "platform-access": ("PLT001", "DUT002"),
    "portal-notice": ("PUB001", "DUT002"),
    "public-notice": ("PUB002", "DUT002"),
    "supervision-rules": ("SUP001", "SUP002"),
    "handbook": ("HBK001", "HBK002"),
    "service-guide": ("GDE001", "GDE002"),
    "powers-list": ("PWL001", "PWL002"),
    "system-update": ("SYS001", "SYS002"),
    "powers-list-removal": ("PWL003", "DUT002"),
    "system-removal": ("SYS003", "DUT002"),
}
"""Duty → the rules that ask whether it is missing, and whether it came late."""


class Loop:
    """One audit. `counts`: code → status → how many; `findings`: alarms and manual checks."""

    def __init__(self, conn: sqlite3.Connection, as_of: str) -> None:
        self.as_of = as_of
        self.tables = Tables(conn)
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.findings: list[Found] = []
        self.proofs = self.tables.proofs(as_of)
        signatures = self.tables.signatures(as_of)
        for no, duty in self.tables.duties.items():
            if duty.proof == "agreement":
                self.proofs[no] = signatures

    def run(self) -> None:
        """Evaluate the rules of every duty."""
        for duty in self.tables.duties.values():
            self._evaluate(duty)

    def _owing(self, duty: Record) -> Iterator[Record]:
        """The items whose delegations owe a duty."""
        modes = self.tables.duty_modes[duty.no]
        for item in self.tables.items.values():
            if (
                item.instrument == duty.instrument
                and item.mode in modes
                and duty.initiation in (None, item.initiation)
            ):
                yield item

    def _evaluate(self, duty: Record) -> None:
        assert duty.counted_from == "issue", "all that is generated counts from there"
        missing_code, late_code = _DUTY_RULES[duty.id]
        as_of, proofs = self.as_of, self.proofs[duty.no]
        delegations, findings = self.tables.delegations, self.findings
        zones = {no: zone.id for no, zone in self.tables.zones.items()}
        deadline = self.tables.deadline(duty)
        due_on = deadline.date if deadline else None
        unmet = "manual" if due_on is None else "pending" if as_of <= due_on else "alarm"
        days = days_after(due_on, as_of) if due_on and as_of > due_on else None
        met = missing = late = 0
        for item in self._owing(duty):
            for delegation, zone in delegations[item.no]:
                met_on = proofs.get(delegation)
                if met_on is None:
                    missing += 1
                    if unmet != "pending":
                        subject = f"{item.id}-{zones[zone]}"
                        findings.append((missing_code, subject, unmet, due_on, days))
                    continue
                met += 1
                if due_on is None or met_on > due_on:
                    late += 1
                    status = "alarm" if due_on else "manual"
                    delay = days_after(due_on, met_on) if due_on else None
                    subject = f"{item.id}-{zones[zone]}"
                    findings.append((late_code, subject, status, due_on, delay))
        self.counts[missing_code].update({"ok": met, unmet: missing})
        self.counts[late_code].update({"ok": met - late, "alarm" if due_on else "manual": late})


def known_codes() -> set[str]:
    """Codes of the rules that this loop evaluates: those of the duties."""
    return {code for pair in _DUTY_RULES.values() for code in pair}
