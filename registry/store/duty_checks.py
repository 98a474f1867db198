"""The checks of duties: what `duty.checks` gives -> the table duty_check, and back."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from registry.model.duty_check import DutyCheck
from registry.model.limits import Bilingual
from registry.store.bodies import kinds_that_owe

if TYPE_CHECKING:
    from registry.model.duty import Duty

_PARTS: Final = ("code", "name", "severity", "title", "remedy", "message")
_KEYS: Final = ("codes", "names", "severities", "titles", "remedies", "messages")


def write_duty_checks(conn: sqlite3.Connection, duty_no: int, checks: list[DutyCheck]) -> None:
    """Write the checks of a duty; those that the file has of it are replaced."""
    conn.execute("DELETE FROM duty_check WHERE duty = ?", (duty_no,))
    conn.executemany(
        "INSERT INTO duty_check VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(duty_no, c.check, c.code, c.name, c.severity, c.title.zh, c.title.en),
                *(c.remedy.zh, c.remedy.en, c.message.zh, c.message.en),
            )
            for c in checks
        ],
    )


def duty_checks(conn: sqlite3.Connection) -> list[DutyCheck]:
    """The checks of every duty of every instrument, in the instruments' order."""
    owed_by = kinds_that_owe(conn)
    rows = conn.execute(
        "SELECT du.no, du.clauses, du.counted_from = 'case', ins.id,"
        '  du.id, c."check", c.code, c.name, c.severity,'
        " c.title_zh, c.title_en, c.remedy_zh, c.remedy_en, c.message_zh, c.message_en"
        " FROM duty_check AS c JOIN duty AS du ON du.no = c.duty"
        " JOIN instrument AS ins ON ins.no = du.instrument"
        ' ORDER BY ins.no, du.no, c."check" DESC'
    )
    return [
        DutyCheck(
            *(instrument, duty, check, code, name, severity),
            title=Bilingual(zh=texts[0], en=texts[1]),
            remedy=Bilingual(zh=texts[2], en=texts[3]),
            message=Bilingual(zh=texts[4], en=texts[5]),
            owed_by=owed_by.get(no, ()),
            clauses=tuple(clauses.split(";")),
            per_case=bool(per_case),
        )
        for no, clauses, per_case, instrument, duty, check, code, name, severity, *texts in rows
    ]


def stated_parts(duty: Duty, stored: list[DutyCheck]) -> dict[str, dict[str, Any]]:
    """What an instrument.yml states of a duty's checks: all that is not made from its name."""
    stated: dict[str, dict[str, Any]] = {key: {} for key in _KEYS}
    general = {check.check: check for check in duty.checks("")}
    for check in stored:
        for key, part in zip(_KEYS, _PARTS, strict=True):
            value = getattr(check, part)
            if value != getattr(general[check.check], part):
                stated[key][check.check] = value
    return stated
