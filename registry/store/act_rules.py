"""What modes let delegates do, and what the law asks of zones' bodies: written, and read back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from registry.intake.problems import refuse
from registry.locale import _
from registry.model.authority import ActRule, Condition, ZoneStatus
from registry.model.instrument import Instrument
from registry.model.limits import Bilingual
from registry.store.connection import read_dicts

_COLUMNS: Final = (
    *("instrument", "mode", "act", "power_type", "answer", "basis", "clause", "needs_agreement"),
    *("by_agreement", "name_of", "seal_zh", "seal_en", "respondent", "answered_by"),
    *("condition_zh", "condition_en", "condition_duty", "contested_zh", "contested_en"),
)
_STATUS: Final = ("approved_by", "authorised_by", "source")


def write_act_rules(conn: sqlite3.Connection, no: int, ins: Instrument) -> None:
    """Write the rules of an instrument, a row for each act and type of item."""
    needs = {mode.name: mode.needs_agreement for mode in ins.modes}
    conn.executemany(
        f"INSERT INTO act_rule ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [
            (
                *(no, rule.mode, act, type_, rule.answer, rule.basis, rule.clause),
                needs[rule.mode] if rule.needs_agreement is None else rule.needs_agreement,
                *(rule.by_agreement, rule.name_of, *_both(rule.seal)),
                *(rule.respondent, rule.answered_by),
                *_both(rule.condition.text if rule.condition else None),
                rule.condition.duty if rule.condition else None,
                *_both(rule.contested),
            )
            for rule in ins.act_rules
            for act in rule.acts
            for type_ in [*map(str, rule.types)] or [""]
        ],
    )


def _both(text: Bilingual | None) -> tuple[str | None, str | None]:
    return (text.zh, text.en) if text else (None, None)


def stored_act_rules(conn: sqlite3.Connection, no: int) -> list[ActRule]:
    """The rules of an instrument, one for each act and type of item."""
    return [
        ActRule(
            mode=row["mode"],
            acts=[row["act"]],
            answer=row["answer"],
            basis=row["basis"],
            clause=row["clause"],
            types=[row["power_type"]] if row["power_type"] else [],
            needs_agreement=bool(row["needs_agreement"]),
            by_agreement=bool(row["by_agreement"]),
            name_of=row["name_of"],
            seal=_bilingual(row, "seal"),
            respondent=row["respondent"],
            answered_by=row["answered_by"],
            condition=_condition(row),
            contested=_bilingual(row, "contested"),
        )
        for row in read_dicts(
            conn,
            "SELECT r.* FROM act_rule AS r JOIN act AS a ON a.id = r.act"
            " WHERE r.instrument = ? ORDER BY r.mode, a.position, r.power_type",
            no,
        )
    ]


def _bilingual(row: dict[str, Any], name: str) -> Bilingual | None:
    zh, en = row[f"{name}_zh"], row[f"{name}_en"]
    return Bilingual(zh=zh, en=en) if zh is not None else None


def _condition(row: dict[str, Any]) -> Condition | None:
    text = _bilingual(row, "condition")
    return Condition(text=text, duty=row["condition_duty"]) if text else None


def write_zone_statuses(conn: sqlite3.Connection, ins: Instrument, path: Path) -> None:
    """Write what an instrument states of its zones' bodies.

    Raises InputError where another instrument states something else.
    """
    for zone in ins.zones:
        if zone.status is None:
            continue
        stated = (zone.status.approved_by, zone.status.authorised_by, zone.status.source)
        (no,) = conn.execute("SELECT no FROM zone WHERE id = ?", (zone.id,)).fetchone()
        known = conn.execute(
            f"SELECT {', '.join(_STATUS)} FROM zone_status WHERE zone = ?", (no,)
        ).fetchone()
        if known is None:
            conn.execute("INSERT INTO zone_status VALUES (?, ?, ?, ?)", (no, *stated))
        elif known != stated:
            refuse(
                path,
                _("elsewhere the status of {zone} is another").format(zone=zone.short_name),
                _("Give both instruments the same status, or state it in one of them."),
                key=f"zones[{zone.id}].status",
            )


def zone_status_of(conn: sqlite3.Connection, zone: str) -> ZoneStatus | None:
    """What is recorded of a zone's body, by the zone's id."""
    row = conn.execute(
        f"SELECT {', '.join(f's.{name}' for name in _STATUS)} FROM zone_status AS s"
        " JOIN zone AS z ON z.no = s.zone WHERE z.id = ?",
        (zone,),
    ).fetchone()
    return ZoneStatus(**dict(zip(_STATUS, row, strict=True))) if row else None
