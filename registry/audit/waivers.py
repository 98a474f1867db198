"""Applies waivers to findings: they mark, and never rewrite the status."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.audit.finding import Finding
from registry.errors import RegistryError
from registry.locale import _
from registry.model.limits import OWN
from registry.store.references import AmbiguousReference, References, UnknownReference

if TYPE_CHECKING:
    from registry.model.waiver import Waiver

RULES_ON_WAIVERS = ("WVR001", "WVR002")

WAIVERS = "waivers"
"""The temporary table that they read."""


class UnknownWaiver(RegistryError):
    """A waiver for a rule or a subject that there is not, or that several instruments have."""


@dataclass(frozen=True, slots=True)
class InstrumentWaiver:
    """A waiver with its instrument, and the id of its subject there."""

    instrument: str
    subject: str
    waiver: Waiver

    @property
    def key(self) -> tuple[str, str, str]:
        """What of a finding it goes by: instrument, rule and subject."""
        return self.instrument, self.waiver.rule, self.subject


def check_waivers(
    conn: sqlite3.Connection, codes: Collection[str], waivers: Iterable[Waiver], path: Path
) -> list[InstrumentWaiver]:
    """The waivers with their instruments.

    Raises UnknownWaiver for one whose rule or subject is not known, or whose subject several
    instruments have while it names none. Rules of an office's own (X-…) may be absent: a waiver for
    one then waits. A subject is known if the registry holds it, whether or
    not the rule finds fault with it today, and also if it was voided since.
    """
    references = References(conn)
    found: dict[tuple[str, str, str], InstrumentWaiver] = {}
    for waiver in waivers:
        if waiver.rule not in codes and not waiver.rule.startswith(OWN):
            raise UnknownWaiver(
                _("the waiver {id} names a rule that there is not.").format(id=waiver.id),
                place=path,
            )
        try:
            instrument, subject = references.resolve(waiver.subject, waiver.instrument)
        except AmbiguousReference as error:
            raise UnknownWaiver(
                _("the waiver {id} does not say which instrument it is for").format(id=waiver.id),
                error.remedy,
                path,
            ) from error
        except UnknownReference as error:
            raise UnknownWaiver(
                _("the waiver {id} names a subject that there is not.").format(id=waiver.id),
                place=path,
            ) from error
        one = InstrumentWaiver(instrument, subject, waiver)
        if one.key in found:
            raise UnknownWaiver(
                _("the waivers {id} and {other} are for the same finding").format(
                    id=found[one.key].waiver.id, other=waiver.id
                ),
                _("Keep one of them."),
                path,
            )
        found[one.key] = one
    return list(found.values())


def with_instruments(conn: sqlite3.Connection, waivers: Iterable[Waiver]) -> list[InstrumentWaiver]:
    """The waivers with their instruments; of a subject that is gone, the first.

    Raises AmbiguousReference.
    """
    references = References(conn)
    found = []
    for waiver in waivers:
        named, subject = references.split(waiver.subject)
        instrument = waiver.instrument or named
        if instrument is None and references.several:
            with suppress(UnknownReference):
                instrument, subject = references.resolve(subject)
        found.append(InstrumentWaiver(instrument or references.instruments[0], subject, waiver))
    return found


def apply_waivers(
    findings: list[Finding], waivers: Iterable[InstrumentWaiver], as_of: str
) -> tuple[list[Finding], set[tuple[str, str, str]]]:
    """Findings, those marked that a waiver in force names; and the keys of waivers that matched."""
    in_force = {one.key for one in waivers if one.waiver.holds_on(as_of)}
    if not in_force:
        return findings, set()
    matched: set[tuple[str, str, str]] = set()
    marked = []
    for finding in findings:
        key = finding.instrument, finding.code, finding.subject_id
        if key in in_force and finding.status in ("alarm", "manual"):
            matched.add(key)
            finding = finding._replace(waived=True)
        marked.append(finding)
    return marked, matched


def write_waiver_table(
    conn: sqlite3.Connection,
    waivers: Iterable[InstrumentWaiver],
    matched: Collection[tuple[str, str, str]],
    run: Collection[str],
) -> None:
    """The temporary table that rules on waivers read: one row a waiver.

    evaluated: whether its rule was run; matched: whether it marked a finding.
    """
    conn.execute(
        f"CREATE TEMP TABLE {WAIVERS} (instrument TEXT, rule TEXT, subject TEXT, reason TEXT,"
        " approver TEXT, issued TEXT, expires TEXT, evaluated INTEGER, matched INTEGER)"
    )
    conn.executemany(
        f"INSERT INTO temp.{WAIVERS} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(one.instrument, w.rule, one.subject, w.reason, w.approver, w.issued, w.expires),
                *(w.rule in run, one.key in matched),
            )
            for one in waivers
            for w in (one.waiver,)
        ],
    )
