"""Which rows of the working file the public sees, and which are left out, and why.

The SELECTs read the views as of the day of the publication, from which rows of provenances that are
left out are hidden (see `registry.site.projection`), `temp.delegation_answers`, and the tables of
`registry.authority.changes`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from registry.locale import N_
from registry.locale.labels import VARIES
from registry.model.vocabulary import Provenance
from registry.site.projection import LeftOut
from registry.store.provenance import LEDGER_TABLES

_PUBLIC: Final = (
    *("instrument", "zone", "department", "item", "agreement", "deliverable"),
    *("service", "zone_contact"),
)
_INTERNAL: Final = ("guidance_request", "service_reduction", "run", "finding")
"""Tables of which the public never sees a row."""

# What an agreement confers: items that are entrusted, between the parties that may do so. Its other
# claims are for an audit to find.
_AGREEMENT_ITEMS: Final = """
  SELECT DISTINCT da.agreement_no, i.no, shown(ins.id, i.id) AS id
  FROM delegation_agreements AS da
  JOIN delegation AS d ON d.no = da.delegation_no
  JOIN item AS i ON i.no = d.item
  JOIN instrument AS ins ON ins.no = i.instrument
  JOIN mode AS m ON m.instrument = i.instrument AND m.name = i.mode AND m.entrusts = 1
"""

# Only what was proved by the day, for duties whose deliverables are themselves publications;
# whatever else was delivered stays inside.
_DELIVERABLE_ITEMS: Final = """
  SELECT DISTINCT p.deliverable AS deliverable_no, i.no, shown(ins.id, i.id) AS id
  FROM proof AS p
  JOIN duty AS du ON du.no = p.duty AND du.public = 1
  JOIN delegation AS d ON d.no = p.delegation
  JOIN zone AS z ON z.no = d.zone
  JOIN item AS i ON i.no = d.item
  JOIN instrument AS ins ON ins.no = i.instrument
"""

# What is covered, listed in the official order.
_LISTED: Final = """
  (SELECT group_concat(id, ';') FROM
    (SELECT id FROM covered WHERE covered.{key} = x.{key} ORDER BY no))
"""

# A web address is public; the path of a file is not.
_WEB_ADDRESS: Final = "CASE WHEN x.url LIKE 'http://%' OR x.url LIKE 'https://%' THEN x.url END"

# A day that can't be is no fact: the row bears none, and says what is recorded.
_DOUBTS: Final = """
  nullif(rtrim(
    CASE WHEN x.effective_on < x.signed_on THEN 'effective_on=' || x.effective_on || ';' ELSE '' END
    || CASE WHEN x.expires_on < x.from_on THEN 'expires_on=' || x.expires_on || ';' ELSE '' END
    || CASE WHEN x.terminated_on < x.from_on THEN 'terminated_on=' || x.terminated_on
            ELSE '' END, ';'), '')
"""


_ACTS: Final = ("receive", "accept", "examine", "decide", "issue", "implement")

# How an item stands in its zones: what all have, or that they differ.
_ACROSS_ZONES: Final = (
    "SELECT d.item AS item_no,"
    + "".join(
        f" CASE WHEN min(w.{name}) = max(w.{name}) AND count(w.{name}) = count(*) THEN"
        f" min(w.{name}) WHEN count(w.{name}) > 0 THEN '{VARIES}' END AS {name},"
        for name in (*_ACTS, "state")
    )
    + " CASE WHEN min(w.state_from) = max(w.state_from) AND min(w.state) = max(w.state)"
    " AND count(w.state_from) = count(*) THEN min(w.state_from) END AS state_from"
    " FROM delegation AS d JOIN temp.delegation_answers AS w ON w.delegation_no = d.no"
    " GROUP BY d.item"
)

_UNVERIFIED: Final = "工作日历，未与国务院办公厅当年放假通知核对"
"""The source of days of a year whose official notice was not checked."""

SELECTIONS: Final[dict[str, str]] = {
    "as_of": "SELECT date FROM as_of",
    "log_head": "SELECT entries, bytes, sha256, changed_at FROM temp.log_head",
    "instrument": """
      SELECT id, number, title, issuer, signed_on, issued_on, issued_on_basis, gazette, provenance,
             source, source_en, place_zh AS place, place_en
      FROM instrument ORDER BY no
    """,
    "clauses": """
      SELECT ins.id AS instrument, c.id, c.heading, c.text, ins.provenance, ins.source
      FROM clause AS c JOIN instrument AS ins ON ins.no = c.instrument ORDER BY ins.no, c.id
    """,
    "duties": """
      SELECT ins.id AS instrument, du.id, du.name_zh, du.name_en,
             (SELECT group_concat(mode, ';') FROM
               (SELECT mode FROM duty_mode WHERE duty = du.no ORDER BY rowid)) AS modes,
             du.initiation, du.amount, du.unit, du.counted_from, du.basis, dd.due_on, du.clauses,
             ins.provenance, ins.source
      FROM duty AS du
      JOIN instrument AS ins ON ins.no = du.instrument
      LEFT JOIN duty_deadlines AS dd ON dd.duty_no = du.no
      ORDER BY ins.no, du.no
    """,
    "workdays": f"""
      SELECT ins.id AS instrument, w.date, w.is_workday,
             w.ordinal - (SELECT ordinal FROM workday WHERE date = ins.issued_on) AS ordinal,
             CASE WHEN y.notice IS NULL THEN 'reconstruction' ELSE 'official' END AS provenance,
             coalesce(y.notice, '{_UNVERIFIED}') AS source
      FROM instrument AS ins
      JOIN (SELECT instrument, max(due_on) AS last FROM duty_deadlines GROUP BY instrument) AS dd
        ON dd.instrument = ins.id
      JOIN workday AS w ON w.date BETWEEN ins.issued_on AND dd.last
      LEFT JOIN calendar_year AS y ON y.year = CAST(substr(w.date, 1, 4) AS INTEGER)
      ORDER BY ins.no, w.date
    """,
    "annexes": """
      SELECT a.instrument, a.annex, a.title, a.role, a.control_total, a.counted, a.items,
             a.unofficial, a.partly_official, a.unofficial_fields, a.in_text, a.clause,
             ins.provenance, ins.source
      FROM annexes AS a JOIN instrument AS ins ON ins.id = a.instrument ORDER BY ins.no, a.annex
    """,
    "zones": "SELECT id, name, short_name, provenance, source FROM zones ORDER BY zone_no",
    "departments": """
      SELECT id, name, short_name, provenance, source FROM departments ORDER BY department_no
    """,
    "items": f"""
      WITH across AS ({_ACROSS_ZONES})
      SELECT shown(i.instrument, i.id) AS id, i.name, i.power_type, i.mode, i.department, i.scope,
             i.remark, i.provenance, i.law, i.law_version, i.article, i.annex, i.initiation,
             i.source, i.scope_basis, i.unofficial_fields, i.instrument, i.annex_role, i.seq,
             x.receive, x.accept, x.examine, x.decide, x.issue, x.implement, x.state,
             x.state_from,
             i.entrusts, i.legal_level, i.reform_mode, i.basic_code, i.implementation_code,
             shown(i.instrument, i.parent) AS parent, i.counts_in_total, i.reference,
             row_number() OVER (ORDER BY ins.no, i.annex, i.seq, i.item_no) AS no
      FROM items AS i JOIN instrument AS ins ON ins.id = i.instrument
      LEFT JOIN across AS x ON x.item_no = i.item_no ORDER BY no
    """,
    "agreements": f"""
      WITH covered AS ({_AGREEMENT_ITEMS})
      SELECT shown(x.instrument, x.number) AS number, x.department, x.department_name, x.zone,
             x.zone_name, x.signed_on,
             CASE WHEN x.effective_on >= x.signed_on THEN x.effective_on END AS effective_on,
             CASE WHEN x.expires_on >= x.from_on THEN x.expires_on END AS expires_on,
             CASE WHEN x.terminated_on >= x.from_on THEN x.terminated_on END AS terminated_on,
             x.from_on, {_DOUBTS} AS doubts,
             (SELECT shown(old.instrument, old.number) FROM agreements AS old
              WHERE old.instrument = x.instrument AND old.number = x.renews) AS renews,
             (SELECT count(*) FROM covered WHERE covered.agreement_no = x.agreement_no) AS items,
             {_LISTED.format(key="agreement_no")} AS covers,
             x.provenance, x.source, x.instrument
      FROM agreements AS x CROSS JOIN as_of AS t
      WHERE x.signed_on <= t.date AND x.department IS NOT NULL
        AND x.agreement_no IN (SELECT agreement_no FROM covered)
      ORDER BY x.agreement_no
    """,
    "delegations": """
      SELECT shown(d.instrument, d.id) AS id, n.id AS item, d.item_name, d.zone, d.zone_name,
             d.mode, d.power_type, d.initiation, d.department, d.scope, d.remark, d.conferred,
             CASE WHEN d.agreement_status IN ('要件不全', '逾期签订') THEN '已签订'
                  ELSE d.agreement_status END AS agreement_status,
             a.number AS agreement, d.agreement_provenance, d.exercisable_from,
             d.valid_from, d.valid_to, d.provenance, d.source, d.unofficial_fields, d.instrument,
             d.annex, d.annex_role, d.entrusts, d.agreement_since, d.agreement_gap_days,
             d.agreement_ends_on, d.conferral, d.territory, d.opened_by, d.opening_clause,
             w.receive, w.accept, w.examine, w.decide, w.issue, w.implement, w.state, w.state_from,
             d.reference,
             row_number() OVER (ORDER BY n.no, d.zone_no) AS no
      FROM delegations AS d
      JOIN temp.delegation_answers AS w ON w.delegation_no = d.delegation_no
      JOIN public.items AS n ON n.reference = d.instrument || ':' || d.item
      LEFT JOIN public.agreements AS a ON a.number = shown(d.instrument, d.agreement)
      ORDER BY no
    """,
    "answers": """
      SELECT p.id AS delegation, p.item, p.zone, w.answer_zh, w.answer_en, w.provenance, p.source,
             p.instrument
      FROM delegations AS d
      JOIN temp.delegation_answers AS w ON w.delegation_no = d.delegation_no
      JOIN public.delegations AS p ON p.reference = d.reference
      ORDER BY p.no
    """,
    "deliverables": f"""
      WITH covered AS ({_DELIVERABLE_ITEMS})
      SELECT row_number() OVER (ORDER BY x.deliverable_no) AS id, x.duty, x.duty_name, x.zone,
             x.done_on, {_WEB_ADDRESS} AS url,
             (SELECT count(*) FROM covered WHERE covered.deliverable_no = x.deliverable_no)
               AS items,
             CASE WHEN x.covers LIKE 'annex:%' AND instr(x.covers, ';') = 0 THEN x.covers
                  ELSE {_LISTED.format(key="deliverable_no")} END AS covers,
             x.provenance, x.source, x.instrument
      FROM deliverables AS x CROSS JOIN as_of AS t
      JOIN deliverable AS raw ON raw.no = x.deliverable_no
      WHERE x.done_on <= t.date AND (raw.zone IS NULL OR x.zone IS NOT NULL)
        AND x.deliverable_no IN (SELECT deliverable_no FROM covered)
      ORDER BY id
    """,
    "services": """
      SELECT row_number() OVER (PARTITION BY :instrument IS NULL OR p.instrument = :instrument
                                ORDER BY p.no) AS id, p.id AS delegation, p.item, p.item_name,
             p.zone, s.guide_url, s.apply_url, s.address, s.hours, s.consult_phone,
             s.complaint_phone, s.time_limit, s.fee, s.provenance, s.source, p.instrument
      FROM services AS s
      JOIN public.items AS n ON n.reference = s.instrument || ':' || s.item
      JOIN public.delegations AS p ON p.item = n.id AND p.zone = s.zone
      ORDER BY p.no
    """,
    "zone_contacts": """
      SELECT c.zone, c.guide_url, c.apply_url, c.address, c.hours, c.consult_phone,
             c.complaint_phone, c.provenance, c.source
      FROM zone_contacts AS c ORDER BY c.zone_no
    """,
    "changes": """
      SELECT row_number() OVER (PARTITION BY :instrument IS NULL OR c.instrument = :instrument
                                ORDER BY c.no) AS id,
             c.day, c.zone, c.before, c.state, c.mode, c.terms, c.cause, c.ref,
             c.clause, c.annex_role,
             (SELECT count(*) FROM temp.state_change_items AS x WHERE x.change = c.no) AS items,
             (SELECT group_concat(id, ';') FROM (
                SELECT n.id FROM temp.state_change_items AS x
                JOIN item AS i ON i.no = x.item_no
                JOIN instrument AS ins ON ins.no = i.instrument
                JOIN public.items AS n ON n.reference = ins.id || ':' || i.id
                WHERE x.change = c.no ORDER BY n.no)) AS covers,
             c.provenance, ins.source, c.instrument
      FROM temp.state_changes AS c JOIN instrument AS ins ON ins.id = c.instrument
      ORDER BY c.no
    """,
    "english_names": """
      SELECT e.kind, e.of, e.name FROM english_name AS e
      WHERE e.kind NOT IN ('zone', 'department')
         OR EXISTS (SELECT 1 FROM zones AS z JOIN zone AS first ON first.no = z.zone_no
                    WHERE e.kind = 'zone' AND z.id = e.of AND z.name = first.name)
         OR EXISTS (SELECT 1 FROM departments AS d JOIN department AS first
                      ON first.no = d.department_no
                    WHERE e.kind = 'department' AND d.id = e.of AND d.name = first.name)
      ORDER BY e.kind, e.of
    """,
}
"""Public table → the SELECT that fills it, in the order in which they refer to each other."""

OF_INSTRUMENT: Final[dict[str, str]] = {
    **dict.fromkeys(SELECTIONS, "instrument = :instrument"),
    "as_of": "1",
    "log_head": "1",
    "english_names": "1",
    "instrument": "id = :instrument",
    "zones": """
      id IN (SELECT z.id FROM instrument_zones AS iz JOIN zone AS z ON z.no = iz.zone_no
             JOIN instrument AS ins ON ins.no = iz.instrument_no WHERE ins.id = :instrument)
      OR id IN (SELECT zone FROM agreements WHERE instrument = :instrument)
      OR id IN (SELECT zone FROM deliverables WHERE instrument = :instrument)
    """,
    "zone_contacts": "zone IN (SELECT id FROM public.zones)",
    "departments": """
      id IN (SELECT x.department FROM item_departments AS x JOIN item AS i ON i.no = x.item_no
             JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.id = :instrument)
      OR id IN (SELECT department FROM agreements WHERE instrument = :instrument)
    """,
}
"""Public table → the condition on its rows where one instrument, :instrument, is published."""

DEMONSTRATION: Final = N_("demonstration rows; --demo takes them in")
LATER: Final = N_("dated after the day")
INTERNAL: Final = N_("never published")
UNFIT: Final = N_("no delegation rests on them")
VOIDED: Final = N_("voided")
OTHERS: Final = N_("of other instruments")

_NUMBER: Final = "(SELECT no FROM main.instrument WHERE id = :instrument)"
_ROWS_OF_INSTRUMENT: Final = {
    "instrument": "id = :instrument",
    "item": f"instrument = {_NUMBER}",
    "agreement": f"instrument = {_NUMBER}",
    "deliverable": f"duty IN (SELECT no FROM main.duty WHERE instrument = {_NUMBER})",
    "service": f"item IN (SELECT no FROM main.item WHERE instrument = {_NUMBER})",
}
"""Table of the working file → the condition on its rows of one instrument."""


class _Count:
    """Counts rows of a connection, of one instrument if it is not None."""

    def __init__(self, conn: sqlite3.Connection, instrument: str | None) -> None:
        self._conn = conn
        self._instrument = instrument

    def rows(self, sql: str) -> int:
        rows: int = self._conn.execute(sql, {"instrument": self._instrument}).fetchone()[0]
        return rows

    def condition(self, table: str) -> str:
        return _ROWS_OF_INSTRUMENT.get(table, "1") if self._instrument else "1"


def left_out(
    conn: sqlite3.Connection, hidden: Sequence[Provenance], instrument: str | None
) -> list[LeftOut]:
    """Count what the public file lacks of the working file, by table and reason.

    The tables of `public` are filled by now. `hidden`: the provenances that are left out;
    `instrument`: the id of the one that is published, or None for all.
    """

    counting = _Count(conn, instrument)
    count, chosen = counting.rows, counting.condition
    found = []
    listed = ", ".join(f"'{provenance}'" for provenance in hidden)
    for table in _PUBLIC:
        live = "voided_on IS NULL AND " if table in LEDGER_TABLES else ""
        sql = f"SELECT count(*) FROM main.{table} WHERE {live}{chosen(table)}"
        found.append(LeftOut(table, DEMONSTRATION, count(f"{sql} AND provenance IN ({listed})")))
        others = f"SELECT count(*) FROM main.{table} WHERE {live}NOT ({chosen(table)})"
        found.append(LeftOut(table, OTHERS, count(others)))
    day = "(SELECT date FROM as_of)"
    public = "SELECT no FROM duty WHERE public = 1"
    for table, later, internal in (
        ("agreement", f"signed_on > {day}", "0"),
        ("deliverable", f"done_on > {day}", f"duty NOT IN ({public})"),
    ):
        live = f"SELECT count(*) FROM {table} WHERE voided_on IS NULL AND {chosen(table)}"
        seen = count(f"SELECT count(*) FROM public.{table}s")
        kept_inside = count(f"{live} AND {internal}")
        to_come = count(f"{live} AND NOT {internal} AND {later}")
        rest = count(live) - seen - kept_inside - to_come
        voided = count(f"SELECT count(voided_on) FROM main.{table} WHERE {chosen(table)}")
        found += [
            LeftOut(table, VOIDED, voided),
            LeftOut(table, INTERNAL, kept_inside),
            LeftOut(table, LATER, to_come),
            LeftOut(table, UNFIT, rest),
        ]
    for table in _INTERNAL:
        found.append(LeftOut(table, INTERNAL, count(f"SELECT count(*) FROM main.{table}")))
    return [entry for entry in found if entry.rows]
