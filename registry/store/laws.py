"""Articles outside the instruments, and the rules that clauses name: written, and read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from registry.model.citation import citation
from registry.store.connection import read_dicts

if TYPE_CHECKING:
    from registry.model.law import Law


def write_laws(conn: sqlite3.Connection, laws: Mapping[str, Law]) -> None:
    """Write articles by their ids, with the periods that they set; one that the file has is
    replaced."""
    conn.executemany(
        "INSERT OR REPLACE INTO law VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(id_, a.law, a.version, a.article, a.source, a.in_force_from, a.in_force_to),
                *(a.status, a.in_short.zh, a.in_short.en),
            )
            for id_, a in laws.items()
        ],
    )
    limits = [(id_, a.limit) for id_, a in laws.items() if a.limit]
    conn.executemany("DELETE FROM legal_limit WHERE law = ?", [(id_,) for id_ in laws])
    conn.executemany(
        "INSERT OR REPLACE INTO legal_limit VALUES (?, ?, ?, ?, ?)",
        [(x.power_type, id_, x.amount, x.unit, x.extension) for id_, x in limits],
    )


def stored_laws(conn: sqlite3.Connection) -> dict[str, Law]:
    """The articles that the registry knows, by their ids."""
    from registry.model.law import Law

    limits = {
        row.pop("law"): row
        for row in read_dicts(
            conn, "SELECT law, power_type, amount, unit, extension FROM legal_limit"
        )
    }
    return {
        id_: Law.model_validate(
            {
                **dict(zip(_FIELDS, fields, strict=True)),
                "in_short": {"zh": chinese, "en": english},
                "limit": limits.get(id_),
            }
        )
        for id_, *fields, chinese, english in conn.execute(
            f"SELECT id, {', '.join(_FIELDS)}, in_short_zh, in_short_en FROM law"
            " ORDER BY length(id), id"
        )
    }


def law_citations(conn: sqlite3.Connection) -> dict[str, str]:
    """How people cite the articles that the registry knows, by their ids."""
    return {
        id_: citation(law, version, article)
        for id_, law, version, article in conn.execute(
            "SELECT id, law, version, article FROM law ORDER BY length(id), id"
        )
    }


_FIELDS = ("law", "version", "article", "source", "in_force_from", "in_force_to", "status")


def write_clause_rules(
    conn: sqlite3.Connection, instrument: int, rules: Mapping[str, list[str]]
) -> None:
    """Write which rules check which clause of an instrument; what the file had is replaced."""
    conn.execute("DELETE FROM clause_rule WHERE instrument = ?", (instrument,))
    conn.executemany(
        "INSERT INTO clause_rule VALUES (?, ?, ?)",
        [(instrument, clause, code) for clause, codes in rules.items() for code in codes],
    )


def clauses_by_rule(conn: sqlite3.Connection) -> dict[tuple[str, str], tuple[str, ...]]:
    """(instrument, code) → ids of the clauses that name the rule, in the instrument's order."""
    clauses: dict[tuple[str, str], tuple[str, ...]] = {}
    for instrument, code, clause in conn.execute(
        "SELECT ins.id, r.code, r.clause FROM clause_rule AS r"
        " JOIN clause AS c ON c.instrument = r.instrument AND c.id = r.clause"
        " JOIN instrument AS ins ON ins.no = r.instrument ORDER BY ins.no, c.rowid"
    ):
        clauses[instrument, code] = (*clauses.get((instrument, code), ()), clause)
    return clauses
