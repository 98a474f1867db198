"""What `can` says of every act of the platform's cases and permissions: tables that rules read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from registry.authority.answering import Authority

ANSWERS: Final = "act_answers"
VERDICTS: Final = "case_verdicts"
TABLES: Final = frozenset({ANSWERS, VERDICTS})
"""The temporary tables that rules may read, in an audit alone."""

TABLES_OF_A_DAY: Final = {
    ANSWERS: f"""
SELECT x.no AS no,
       x.zone_no AS zone_no,
       x.item_no AS item_no,
       x.act AS act,
       x.from_on AS from_on,
       CASE WHEN x.to_on < t.date THEN x.to_on END AS to_on,
       x.answer AS answer,
       x.state AS state,
       x.delegation_no AS delegation_no,
       x.mode AS mode,
       x.scope AS scope,
       x.name_of AS name_of
FROM as_of AS t CROSS JOIN {ANSWERS}_of_days AS x
WHERE x.from_on <= t.date""",
    VERDICTS: f"""
SELECT x.case_no AS case_no,
       x.act AS act,
       x.on_day AS on_day,
       x.accepted_on AS accepted_on,
       x.zone_no AS zone_no,
       x.item_no AS item_no,
       x.answer_no AS answer_no,
       x.answer AS answer,
       x.kind AS kind
FROM as_of AS t CROSS JOIN {VERDICTS}_of_days AS x
WHERE x.on_day <= t.date""",
}
"""The tables as a day has them, from tables NAME_of_days, which hold what all days have."""
_ANSWERS: Final = f"""
CREATE TEMP TABLE {ANSWERS} (
  no INTEGER NOT NULL UNIQUE,
  zone_no INTEGER NOT NULL,
  item_no INTEGER NOT NULL,
  act TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT,
  answer TEXT NOT NULL,
  state TEXT,
  delegation_no INTEGER,
  mode TEXT,
  scope TEXT,
  name_of TEXT,
  PRIMARY KEY (zone_no, item_no, act, from_on)
) WITHOUT ROWID"""
_VERDICTS: Final = f"""
CREATE TEMP TABLE {VERDICTS} (
  case_no INTEGER NOT NULL,
  act TEXT NOT NULL,
  on_day TEXT NOT NULL,
  accepted_on TEXT,
  zone_no INTEGER NOT NULL,
  item_no INTEGER NOT NULL,
  answer_no INTEGER,
  answer TEXT NOT NULL,
  kind TEXT NOT NULL
)"""
# Item by item: SQLite reaches into the view with one number only. Few items have an answer that is
# not yes on any of the days of their cases, and the other cases need not be read.
_JUDGED: Final = f"""
INSERT INTO temp.{VERDICTS}
SELECT a.case_no, a.act, a.on_day, a.accepted_on, a.zone_no, a.item_no, x.no,
       coalesce(x.answer, 'no'),
       CASE x.state WHEN '待签协议' THEN 'before-agreement'
                    WHEN '委托届满' THEN 'ended'
                    WHEN '已解除' THEN 'ended'
                    WHEN '上级失效' THEN 'ended'
                    WHEN '已收回' THEN 'withdrawn'
                    WHEN '中止' THEN 'withdrawn'
                    WHEN '生效' THEN 'mode'
                    ELSE 'without-delegation' END
FROM case_acts AS a
CROSS JOIN as_of AS t
LEFT JOIN temp.{ANSWERS} AS x
  ON x.zone_no = a.zone_no AND x.item_no = a.item_no AND x.act = a.act
  AND x.from_on <= a.on_day AND coalesce(x.to_on, a.on_day) >= a.on_day
WHERE a.item_no = ? AND a.zone_no IS NOT NULL AND a.on_day <= t.date
  AND coalesce(x.answer, 'no') <> 'yes'
"""
_DAYS: Final = """
SELECT min(accepted_on), max(accepted_on), min(decided_on), max(decided_on) FROM case_record
UNION ALL
SELECT min(started_on), max(started_on), min(ended_on), max(ended_on) FROM case_step
"""
_DOUBTFUL: Final = f"""
SELECT DISTINCT item_no FROM temp.{ANSWERS}
WHERE answer <> 'yes' AND from_on <= ?2 AND coalesce(to_on, ?1) >= ?1 ORDER BY item_no
"""
_OF_CASES: Final = """
SELECT k.item_no, k.zone_no FROM zone_case_counts AS k
UNION
SELECT DISTINCT c.item, s.zone FROM case_step AS s JOIN case_record AS c ON c.no = s.case_no
WHERE c.item IS NOT NULL AND s.zone IS NOT NULL
"""
_ACTS_OF_CASES: Final = """
SELECT 'accept' AS act UNION SELECT 'examine' UNION SELECT 'decide'
UNION SELECT DISTINCT act FROM case_step WHERE act IS NOT NULL
"""
_OF_PERMISSIONS: Final = """
SELECT DISTINCT p.item_no, p.zone_no, p.act FROM permissions AS p
WHERE p.item_no IS NOT NULL AND p.zone_no IS NOT NULL AND p.act IS NOT NULL
UNION
SELECT d.item_no, d.zone_no, r.act FROM delegations AS d
CROSS JOIN (SELECT DISTINCT act FROM platform_role) AS r
WHERE d.conferred = 1 AND EXISTS (SELECT 1 FROM permissions)
"""
_EVER_CONFERRED: Final = """
SELECT DISTINCT d.item, coalesce(p.zone, d.zone), r.act
FROM period AS p
JOIN delegation_period AS dp ON dp.period = p.no
JOIN delegation AS d ON d.no = dp.delegation
CROSS JOIN (SELECT DISTINCT act FROM platform_role) AS r
WHERE p.state = 'conferred' AND EXISTS (SELECT 1 FROM permissions)
"""
_TO_FINISH: Final = f"""
SELECT v.rowid, v.zone_no, v.item_no, v.act, v.on_day, v.accepted_on
FROM temp.{VERDICTS} AS v JOIN temp.{ANSWERS} AS x ON x.no = v.answer_no
WHERE x.state = '已收回' AND v.accepted_on < v.on_day AND v.act IN ({{acts}})
ORDER BY 2, 3, 4, 5, 6
"""


def create_case_tables(
    conn: sqlite3.Connection, queries: Collection[str], *, whatever_day: bool = False
) -> None:
    """Make those of the two tables that any of the queries reads, for the day of the views.

    With `whatever_day` they hold all that any day up to it has, see `TABLES_OF_A_DAY`.

    `act_answers`: to each act of a zone on an item, the days of each answer and state, up to the
    day; `case_verdicts`: every act of the cases that a zone did on a known item by the day and to
    which the answer of its day is not yes, with the kind of reason; a case that the zone had
    accepted before a withdrawal is finished as the withdrawal says. The caller has made the views
    of the day.
    """
    wanted = {table for table in TABLES if any(table in query for query in queries)}
    if not wanted:
        return
    from registry.authority.answering import Authority

    (until,) = conn.execute("SELECT date FROM as_of").fetchone()
    authority = Authority(conn)
    zones: dict[int, str] = dict(conn.execute("SELECT no, id FROM main.zone").fetchall())
    conn.execute(_ANSWERS)
    marks = ", ".join("?" * 12)
    conn.executemany(
        f"INSERT INTO temp.{ANSWERS} VALUES ({marks})",
        _answers(conn, authority, zones, until, _keys(conn, whatever_day)),
    )
    conn.execute(f"ANALYZE temp.{ANSWERS}")
    if VERDICTS in wanted:
        conn.execute(_VERDICTS)
        days = [day for row in conn.execute(_DAYS) for day in row if day is not None]
        items = conn.execute(_DOUBTFUL, (min(days), max(days))).fetchall() if days else []
        conn.executemany(_JUDGED, items)
        _finish(conn, authority, zones)


def _keys(conn: sqlite3.Connection, whatever_day: bool) -> list[tuple[int, int, str]]:
    """Item, zone and act of everything that is asked about, item by item."""
    acts = [act for (act,) in conn.execute(_ACTS_OF_CASES)]
    found = {(item, zone, act) for item, zone in conn.execute(_OF_CASES) for act in acts}
    found.update(conn.execute(_OF_PERMISSIONS).fetchall())
    if whatever_day:
        found.update(conn.execute(_EVER_CONFERRED).fetchall())
    return sorted(found)


def _answers(
    conn: sqlite3.Connection,
    authority: Authority,
    zones: dict[int, str],
    until: str,
    keys: list[tuple[int, int, str]],
) -> Iterator[tuple[Any, ...]]:
    from registry.authority.stretches import Stretches

    authority.read(item for item, _zone, _act in keys)
    stretches = Stretches(authority, until)
    number = count(1)
    for item, zone, act in keys:
        for stretch in stretches.of(zones[zone], item, act):
            yield next(number), zone, item, act, *stretch


def _finish(conn: sqlite3.Connection, authority: Authority, zones: dict[int, str]) -> None:
    """Answer anew what a zone did after a withdrawal in cases that it had accepted before."""
    from registry.authority.answer import Question
    from registry.authority.premises import FINISHED

    acts = ", ".join("?" * len(FINISHED))
    rows = conn.execute(_TO_FINISH.format(acts=acts), FINISHED).fetchall()
    for (zone, item, act, day, accepted_on), alike in groupby(rows, key=lambda row: row[1:]):
        question = Question(zones[zone], item, act, day, accepted_on=accepted_on)
        answer = authority.can(question).answer
        statement = (
            f"DELETE FROM temp.{VERDICTS} WHERE rowid = ?1 AND ?2 = 'yes'"
            if answer == "yes"
            else f"UPDATE temp.{VERDICTS} SET answer = ?2 WHERE rowid = ?1"
        )
        conn.executemany(statement, [(row[0], answer) for row in alike])
