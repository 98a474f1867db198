"""Counts of the cases of a period, delegation by delegation: SQL over the views of a day.

The caller has made the views of the day (`create_shadow_views`) in a transaction that it rolls
back: two temporary tables are left there.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.authority.figures import Counts
from registry.store.log.changes import data_digest

_DECIDE: Final = "decide"

_CASES: Final = """
CREATE TEMP TABLE evaluated_case AS
SELECT x.case_no, x.delegation_no, x.item_no, x.zone_no
FROM case_delegations AS x WHERE x.on_day BETWEEN :from_on AND :to_on
"""
_CASE_COUNTS: Final = """
SELECT e.delegation_no, count(*) AS cases, count(c.satisfaction) AS rated,
       coalesce(sum(c.satisfaction), 0) AS ratings
FROM temp.evaluated_case AS e JOIN case_record AS c ON c.no = e.case_no
WHERE e.delegation_no IS NOT NULL GROUP BY e.delegation_no
"""
_LIMITS: Final = """
SELECT x.delegation_no,
       sum(CASE WHEN x.is_open = 0 AND x.taken <= x.allowed THEN 1 ELSE 0 END) AS legal,
       sum(x.judged) AS legal_judged,
       sum(CASE WHEN x.by_department = 0 AND x.taken > x.allowed THEN 1 ELSE 0 END) AS late,
       sum(CASE WHEN x.by_department = 0 THEN x.judged ELSE 0 END) AS late_judged,
       sum(CASE WHEN x.is_open = 0 AND x.over = 0 THEN 1 ELSE 0 END) AS promised,
       sum(CASE WHEN x.over > 0 OR x.is_open = 0 AND x.over = 0 THEN 1 ELSE 0 END)
         AS promised_judged
FROM (
  SELECT t.*, CASE WHEN t.taken > t.allowed OR t.is_open = 0 AND t.taken <= t.allowed
                   THEN 1 ELSE 0 END AS judged
  FROM (
    SELECT e.delegation_no, d.is_open, d.over,
           CASE WHEN c.decided_department IS NULL THEN 0 ELSE 1 END AS by_department,
           CASE l.unit WHEN 'working' THEN d.worked ELSE d.passed END AS taken,
           l.amount + CASE d.extended WHEN 1 THEN l.extension ELSE 0 END AS allowed
    FROM temp.evaluated_case AS e
    JOIN case_days AS d ON d.case_no = e.case_no
    JOIN case_record AS c ON c.no = e.case_no
    JOIN item AS i ON i.no = e.item_no
    LEFT JOIN legal_limit AS l ON l.power_type = i.power_type
    WHERE e.delegation_no IS NOT NULL
  ) AS t
) AS x
GROUP BY x.delegation_no
"""
_ASKED: Final = """
SELECT DISTINCT e.item_no, z.no, z.id
FROM temp.evaluated_case AS e
JOIN case_record AS c ON c.no = e.case_no
JOIN zone AS z ON z.no = c.accepted_zone
JOIN delegation AS d ON d.no = e.delegation_no
JOIN item AS i ON i.no = d.item
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
WHERE ax.role = 'delegated' ORDER BY 1, 2
"""
_MAY_DECIDE: Final = """
CREATE TEMP TABLE may_decide (
  item_no INTEGER, zone_no INTEGER, from_on TEXT, to_on TEXT,
  PRIMARY KEY (item_no, zone_no, from_on)
)
"""
_RETURNED: Final = """
SELECT e.delegation_no, count(DISTINCT e.case_no) AS decidable,
       count(DISTINCT CASE WHEN a.department_no IS NOT NULL THEN e.case_no END) AS returned
FROM case_acts AS a
JOIN temp.evaluated_case AS e ON e.case_no = a.case_no
JOIN case_record AS c ON c.no = e.case_no
JOIN temp.may_decide AS m ON m.item_no = e.item_no AND m.zone_no = c.accepted_zone
  AND m.from_on <= a.on_day AND (m.to_on IS NULL OR m.to_on >= a.on_day)
WHERE a.act = :decide AND a.on_day <= :as_of AND e.delegation_no IS NOT NULL
  AND (a.zone_no IS NOT NULL OR a.department_no IS NOT NULL)
GROUP BY e.delegation_no
"""
# Numbers are unique within the system that they come from.
_FINDINGS: Final = """
SELECT x.delegation_no, count(*) AS wrong
FROM (
  SELECT DISTINCT e.delegation_no, f.fingerprint, e.case_no
  FROM finding AS f
  CROSS JOIN finding_case AS n ON n.run = f.run AND n.fingerprint = f.fingerprint
  CROSS JOIN platform_source AS s
  CROSS JOIN case_record AS c
    ON c.source = s.no AND c.number = n.number AND c.superseded_by IS NULL
  JOIN item AS i ON i.no = c.item AND i.id = f.item
  JOIN instrument AS ins ON ins.no = i.instrument AND ins.id = f.instrument
  JOIN temp.evaluated_case AS e ON e.case_no = c.no
  WHERE f.run = :run AND f.status = 'alarm' AND f.waived = 0 AND f.severity <> 'info'
    AND e.delegation_no IS NOT NULL
) AS x
GROUP BY x.delegation_no
"""
_PAPERS: Final = """
SELECT s.delegation_no, sum(CASE s.status WHEN 'ok' THEN 1 ELSE 0 END) AS met, count(*) AS owed
FROM obligation_state AS s WHERE s.status <> 'skip' GROUP BY s.delegation_no
"""
_RUNS: Final = """
SELECT r.no, r.as_of, (SELECT count(*) FROM run_rule AS x WHERE x.run = r.no AND x.code LIKE 'CSE%')
FROM run AS r
WHERE r.as_of BETWEEN :from_on AND :as_of AND r.filters = ''
  AND EXISTS (SELECT 1 FROM run_rule AS x WHERE x.run = r.no AND x.code LIKE 'CSE%')
  AND r.data_digest = :digest -- it saw the cases that are counted, and no others
ORDER BY 3 DESC, r.as_of DESC, r.no DESC LIMIT 1
"""
_APART: Final = """
SELECT count(*), coalesce(sum(c.item_no IS NULL), 0),
       coalesce(sum(c.item_no IS NOT NULL AND coalesce(c.zone_no, c.decided_zone_no) IS NULL), 0)
FROM cases AS c
WHERE coalesce(c.accepted_on, c.applied_on, c.decided_on) BETWEEN :from_on AND :to_on
"""
_ELSEWHERE: Final = """
SELECT coalesce(sum(e.delegation_no IS NULL), 0), coalesce(sum(ax.role <> 'delegated'), 0)
FROM temp.evaluated_case AS e
LEFT JOIN delegation AS d ON d.no = e.delegation_no
LEFT JOIN item AS i ON i.no = d.item
LEFT JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
"""


class AuditRun(NamedTuple):
    """A stored audit of cases. `rules`: how many rules on cases it evaluated."""

    no: int
    as_of: str
    rules: int


class CasesApart(NamedTuple):
    """Cases of the period, `cases` in all, that count for no delegation. `no_item`, `no_zone`: none
    that is known; `no_delegation`: the zone never had any; `other_lists`: of items that the zone
    exercised before, or that were withdrawn."""

    cases: int
    no_item: int
    no_zone: int
    no_delegation: int
    other_lists: int


def latest_run(conn: sqlite3.Connection, from_on: str, as_of: str) -> AuditRun | None:
    """The latest stored audit of the whole registry as it is now, of a day from `from_on` to
    `as_of`; of those that evaluated the most rules on cases."""
    keys = {"from_on": from_on, "as_of": as_of, "digest": data_digest(conn)}
    row = conn.execute(_RUNS, keys).fetchone()
    return AuditRun(*row) if row else None


def count_cases(
    conn: sqlite3.Connection, from_on: str, to_on: str, as_of: str, run: AuditRun | None
) -> tuple[dict[int, Counts], CasesApart]:
    """Number of a delegation → the counts of its cases and papers; and what counts for none."""
    period = {"from_on": from_on, "to_on": to_on}
    conn.execute(_CASES, period)
    conn.execute(_MAY_DECIDE)
    conn.executemany("INSERT INTO temp.may_decide VALUES (?, ?, ?, ?)", _deciding_days(conn))
    for table in ("evaluated_case", "may_decide"):
        conn.execute(f"ANALYZE temp.{table}")
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for sql, values in (
        (_PAPERS, {}),
        (_CASE_COUNTS, {}),
        (_LIMITS, {}),
        (_RETURNED, {"decide": _DECIDE, "as_of": as_of}),
        (_FINDINGS, {"run": run.no if run else None}),
    ):
        cursor = conn.execute(sql, values)
        names = [description[0] for description in cursor.description[1:]]
        for no, *numbers in cursor:
            found[no].update(zip(names, numbers, strict=True))
    everything, no_item, no_zone = conn.execute(_APART, period).fetchone()
    apart = CasesApart(everything, no_item, no_zone, *conn.execute(_ELSEWHERE).fetchone())
    return {no: Counts(**counts) for no, counts in found.items()}, apart


def _deciding_days(conn: sqlite3.Connection) -> Iterator[tuple[int, int, str, str | None]]:
    """Item, zone, first and last day of every stretch on which the zone may decide."""
    asked = conn.execute(_ASKED).fetchall()
    authority = Authority(conn)
    authority.read(item for item, _no, _zone in asked)
    for item, no, zone in asked:
        for span in authority.spans(Question(zone, item, _DECIDE, "")):
            if span.answer == "yes":
                yield item, no, span.from_on or "", span.to_on
