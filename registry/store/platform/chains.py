"""Which row of a case counts: of the loads that are not voided, that of the latest."""

from __future__ import annotations

import sqlite3
from typing import Final

_EXPECTED: Final = """
  SELECT c.no AS no,
         CASE WHEN l.voided_on IS NOT NULL THEN c.no
              ELSE lead(c.no) OVER (
                PARTITION BY c.source, c.number, l.voided_on IS NOT NULL ORDER BY c.no
              ) END AS superseded_by
  FROM main.case_record AS c JOIN main.platform_load AS l ON l.no = c.load
"""
"""Row → that of the next load on its case; a row of a voided load → itself, for it counts never."""


def superseded_differently(conn: sqlite3.Connection) -> int:
    """How many rows are not superseded as their loads say."""
    (count,) = conn.execute(
        f"SELECT count(*) FROM ({_EXPECTED}) AS e JOIN main.case_record AS c ON c.no = e.no"
        " WHERE c.superseded_by IS NOT e.superseded_by"
    ).fetchone()
    return int(count)


def supersede_anew(conn: sqlite3.Connection) -> None:
    """Have each row superseded as the loads say now. The caller holds the transaction."""
    conn.execute("DROP TABLE IF EXISTS temp.chained")
    conn.execute(
        "CREATE TEMP TABLE chained AS SELECT e.no AS no, e.superseded_by AS superseded_by"
        f" FROM ({_EXPECTED}) AS e JOIN main.case_record AS c ON c.no = e.no"
        " WHERE c.superseded_by IS NOT e.superseded_by"
    )
    # First out of the index that has one live row for each number, then to where they belong.
    conn.execute(
        "UPDATE main.case_record SET superseded_by = no WHERE no IN (SELECT no FROM temp.chained)"
    )
    conn.execute(
        "UPDATE main.case_record SET superseded_by ="
        " (SELECT t.superseded_by FROM temp.chained AS t WHERE t.no = case_record.no)"
        " WHERE no IN (SELECT no FROM temp.chained WHERE superseded_by IS NOT no)"
    )
    conn.execute("DROP TABLE temp.chained")
