"""What instruments give in English besides what they state in Chinese."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from registry.model.instrument import Instrument


def write_english_names(conn: sqlite3.Connection, ins: Instrument) -> None:
    """Write those of an instrument; what an earlier one calls the same stays."""
    conn.executemany(
        "INSERT INTO english_name VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [*_stated(ins)]
    )


def _stated(ins: Instrument) -> Iterator[tuple[str, str, str]]:
    if ins.title_en:
        yield "instrument", ins.id, ins.title_en
    for annex in ins.annexes:
        if annex.title_en:
            yield "annex", f"{ins.id}:{annex.annex}", annex.title_en
    for mode in ins.modes:
        if mode.en:
            yield "mode", mode.name, mode.en
    for kind, bodies in (("zone", ins.zones), ("department", ins.departments)):
        for body in bodies:
            if body.en:
                yield kind, body.id, body.en


def english_names(conn: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """All of them, by kind and what they are of."""
    return {(kind, of): name for kind, of, name in conn.execute("SELECT * FROM english_name")}
