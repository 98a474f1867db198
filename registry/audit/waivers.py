"""Applies waivers to findings: they mark, and never rewrite the status."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from registry.audit.finding import Finding
from registry.errors import RegistryError
from registry.locale import _
from registry.model.waiver import Waiver

RULES_ON_WAIVERS = ("WVR001", "WVR002")


class UnknownWaiver(RegistryError):
    """A waiver for a rule or a subject that there is not."""


def check_waivers(
    conn: sqlite3.Connection, codes: Collection[str], waivers: Iterable[Waiver], path: Path
) -> None:
    """Raise UnknownWaiver for a waiver whose rule or subject is not known.

    A subject is known if the registry holds it, whether or not the rule finds fault with it today,
    and also if it was voided since.
    """
    for waiver in waivers:
        if waiver.rule not in codes:
            raise UnknownWaiver(
                _("the waiver {id} names a rule that there is not.").format(id=waiver.id),
                place=path,
            )
        if not _holds(conn, waiver.subject):
            raise UnknownWaiver(
                _("the waiver {id} names a subject that there is not.").format(id=waiver.id),
                place=path,
            )


def _holds(conn: sqlite3.Connection, subject: str) -> bool:
    row = conn.execute(
        """
        SELECT 1 FROM item WHERE id = :id
        UNION ALL SELECT 1 FROM agreement WHERE number = :id
        UNION ALL SELECT 1 FROM zone WHERE id = :id
        UNION ALL SELECT 1 FROM duty WHERE id = :id
        UNION ALL SELECT 1 FROM annex WHERE 'annex:' || annex = :id
        UNION ALL SELECT 1 FROM item AS i JOIN delegation AS d ON d.item = i.no
          JOIN zone AS z ON z.no = d.zone
          WHERE i.id = substr(:id, 1, length(:id) - length(z.id) - 1) AND i.id || '-' || z.id = :id
        UNION ALL SELECT 1 FROM zone AS z JOIN department AS d ON z.id || '/' || d.id = :id
        UNION ALL SELECT 1 FROM agreement AS a JOIN agreement_item AS ai ON ai.agreement = a.no
          JOIN item AS i ON i.no = ai.item WHERE a.number || '/' || i.id = :id
        UNION ALL SELECT 1 FROM guidance_requests AS g
          WHERE g.zone || '/' || g.department || '/' || g.kind || '/' || g.raised_on = :id
        UNION ALL SELECT 1 FROM deliverables AS dv
          WHERE dv.duty || '/' || coalesce(dv.zone, '*') || '/' || dv.done_on || '/' || dv.covers
            = :id
        UNION ALL SELECT 1 FROM voided_rows AS v
          WHERE v.kind = 'proof' AND v.what || '/' || coalesce(v.zone, '*') || '/' || v.dated
            || '/' || v.covers = :id
        UNION ALL SELECT 1 FROM voided_rows AS v
          WHERE v.kind = 'guidance'
            AND v.zone || '/' || v.department || '/' || v.what || '/' || v.dated = :id
        LIMIT 1
        """,
        {"id": subject},
    ).fetchone()
    return row is not None


def apply_waivers(
    findings: list[Finding], waivers: Iterable[Waiver], as_of: str
) -> tuple[list[Finding], set[str]]:
    """Findings, those marked that a waiver in force names; and the ids of waivers that matched."""
    in_force = {(w.rule, w.subject): w.id for w in waivers if w.holds_on(as_of)}
    if not in_force:
        return findings, set()
    matched: set[str] = set()
    marked = []
    for finding in findings:
        waiver = in_force.get((finding.code, finding.subject_id))
        if waiver is not None and finding.status in ("alarm", "manual"):
            matched.add(waiver)
            finding = replace(finding, waived=True)
        marked.append(finding)
    return marked, matched


def write_waiver_table(
    conn: sqlite3.Connection,
    waivers: Iterable[Waiver],
    matched: Collection[str],
    run: Collection[str],
) -> None:
    """The temporary table that rules on waivers read: one row a waiver.

    evaluated: whether its rule was run; matched: whether it marked a finding.
    """
    conn.execute(
        "CREATE TEMP TABLE waivers (instrument TEXT, rule TEXT, subject TEXT, reason TEXT,"
        " approver TEXT, issued TEXT, expires TEXT, evaluated INTEGER, matched INTEGER)"
    )
    conn.executemany(
        "INSERT INTO temp.waivers VALUES ("
        "(SELECT id FROM instrument ORDER BY no LIMIT 1), ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(w.rule, w.subject, w.reason, w.approver, w.issued, w.expires),
                *(w.rule in run, w.id in matched),
            )
            for w in waivers
        ],
    )
