"""The SELECTs that fill the internal tables, and which of their rows concern which body.

All rows are those of one stored audit, which the temporary table `chosen_run` names.
"""

from __future__ import annotations

from typing import Final

from registry.audit.progress import APPLICABLE, COUNT_COLUMNS, OWED_BY_KIND

_COUNTED: Final = ", ".join(
    f"coalesce({count}, 0) AS {name}" for name, count in COUNT_COLUMNS.items()
)

SELECTIONS: Final[dict[str, str]] = {
    "audience": "SELECT 'office' AS kind, NULL AS id, run FROM chosen_run",
    "runs": """
      SELECT r.run, r.as_of, r.started_at, r.instrument, r.examined, r.alarms, r.manual,
             (SELECT count(*) FROM main.finding AS f WHERE f.run = r.run AND f.waived = 1)
               AS waived,
             a.same_as
      FROM runs AS r CROSS JOIN chosen_run AS c JOIN chosen_same_runs AS a ON a.run = r.run
      WHERE r.filters = '' AND r.run <= c.run ORDER BY r.run
    """,
    "rules": "SELECT * FROM chosen_rules ORDER BY code",
    "rule_applications": "SELECT * FROM chosen_rule_applications ORDER BY code, instrument, duty",
    "laws": "SELECT * FROM chosen_laws",
    # Of a body that was split nobody can say for whom its users read: they read as itself.
    "body_successions": """
      SELECT 'department' AS kind, s.department AS body, min(s.current) AS successor
      FROM department_successions AS s
      WHERE s.current IS NOT NULL AND s.current <> s.department
      GROUP BY s.department HAVING count(DISTINCT s.current) = 1
      UNION ALL
      SELECT 'zone', z.zone, min(h.id)
      FROM zone_holders AS z JOIN zone AS h ON h.no = z.holder_no
      WHERE h.id <> z.zone AND NOT EXISTS (
        SELECT 1 FROM body_event AS e JOIN as_of AS t ON e.on_day <= t.date
        WHERE e.kind = 'zone' AND e.what <> 'renamed' AND e.body = h.id
      )
      GROUP BY z.zone HAVING count(DISTINCT h.id) = 1
    """,
    "finding_history": """
      SELECT f.fingerprint, f.run, f.as_of, f.code, f.subject_id, f.status, f.owed_by, f.zone,
             f.department, f.days_overdue, f.waived, f.message_zh, f.message_en
      FROM findings AS f JOIN public.runs AS r ON r.run = f.run ORDER BY f.fingerprint, f.run
    """,
    # The first audit after the last one, up to now, that did not find it.
    "findings": """
      SELECT f.fingerprint, f.code, f.severity, f.status, f.subject_type, f.subject_id,
             shown(f.instrument, f.item) AS item,
             (SELECT name FROM public.items WHERE reference = f.instrument || ':' || f.item)
               AS item_name,
             f.zone, f.department, f.owed_by, f.mode, f.duty, f.due_on, f.days_overdue,
             f.working_days_overdue, f.message_zh, f.message_en, f.waived,
             (SELECT as_of FROM public.runs WHERE run > coalesce(
               (SELECT max(r.run) FROM public.runs AS r WHERE NOT EXISTS
                 (SELECT 1 FROM public.finding_history AS h
                  WHERE h.fingerprint = f.fingerprint AND h.run = r.run)), 0)
              ORDER BY run LIMIT 1) AS first_seen,
             f.run, f.provenance, f.instrument,
             f.instrument || ':' || f.subject_id AS reference
      FROM findings AS f JOIN chosen_run AS c ON c.run = f.run
      ORDER BY f.code, f.subject_id, f.fingerprint
    """,
    "finding_bodies": """
      SELECT DISTINCT f.fingerprint, b.body
      FROM public.findings AS f
      JOIN main.finding_owed_by AS b ON b.run = f.run AND b.fingerprint = f.fingerprint
      ORDER BY 2, 1
    """,
    "finding_cases": """
      SELECT x.fingerprint, x.position, x.number
      FROM public.findings AS f
      JOIN main.finding_case AS x ON x.run = f.run AND x.fingerprint = f.fingerprint
      ORDER BY 1, 2
    """,
    "obligations": """
      SELECT row_number() OVER (ORDER BY n.no, s.zone_no, du.no) AS no,
             shown(s.instrument, s.delegation) AS delegation, n.id AS item, s.item_name,
             s.zone, n.department, s.mode, s.duty, s.duty_name,
             s.due_on, s.certainty, s.met_on, s.late, s.status, s.owed_by, s.clauses, du.basis,
             s.provenance, s.instrument, s.reference
      FROM obligation_status AS s
      JOIN public.items AS n ON n.reference = s.instrument || ':' || s.item
      JOIN instrument AS ins ON ins.id = s.instrument
      JOIN duty AS du ON du.instrument = ins.no AND du.id = s.duty
      ORDER BY no
    """,
    "agreement_terms": """
      SELECT shown(x.instrument, x.number) AS number, x.department, x.department_name,
             x.grantor_zone, x.zone, x.zone_name,
             x.signed_on, x.effective_on, x.expires_on, x.items,
             shown_list(x.instrument, x.covers) AS covers, x.contains, x.lacks,
             x.lacks_advisable, x.document, x.url, shown(x.instrument, x.renews) AS renews,
             CASE WHEN x.filed_on <= t.date THEN x.filed_on END AS filed_on,
             x.terminated_on, x.termination_basis,
             CASE WHEN x.dissolved_public_on <= t.date THEN x.dissolved_public_on END
               AS dissolved_public_on,
             x.provenance, x.source, x.instrument
      FROM agreements AS x CROSS JOIN as_of AS t
      WHERE x.signed_on <= t.date ORDER BY x.agreement_no
    """,
    "guidance_requests": """
      SELECT g.id, g.zone, g.department, g.department_name, g.kind, g.raised_on,
             CASE WHEN g.answered_on <= t.date THEN g.answered_on END AS answered_on, g.text,
             g.provenance, g.source, g.instrument
      FROM guidance_requests AS g CROSS JOIN as_of AS t
      WHERE g.raised_on <= t.date ORDER BY g.id
    """,
    "progress": "SELECT * FROM chosen_progress",
    "progress_by_duty": f"""
      SELECT 'zone' AS kind, z.id AS body, du.name_zh AS duty_zh, du.name_en AS duty_en, {_COUNTED}
      FROM obligation_state AS s JOIN zone AS z ON z.no = s.zone_no
      JOIN duty AS du ON du.no = s.duty_no
      WHERE {APPLICABLE} AND {OWED_BY_KIND.format(kind="zone")}
      GROUP BY z.no, du.name_zh, du.name_en
      UNION ALL
      SELECT 'department', x.department, du.name_zh, du.name_en, {_COUNTED}
      FROM obligation_state AS s JOIN item_departments AS x ON x.item_no = s.item_no
      JOIN duty AS du ON du.no = s.duty_no
      WHERE {APPLICABLE} AND {OWED_BY_KIND.format(kind="department")}
      GROUP BY x.department, du.name_zh, du.name_en
      ORDER BY 1 DESC, 2, 3
    """,
    "run_changes": "SELECT * FROM chosen_run_changes",
    "downloads": "SELECT * FROM chosen_downloads",
    "ledger_states": "SELECT * FROM chosen_ledger_states",
}
"""Internal table → the SELECT that fills it, in the order in which they refer to each other.

The temporary tables `chosen_…` are made by `registry.internal.snapshot`.
"""

_OWED: Final = ":id <> '' AND instr(';' || owed_by || ';', ';' || :id || ';') > 0"
_OF_ITEM: Final = (
    "instr('、' || coalesce(department, '') || '、',"
    " '、' || (SELECT short_name FROM departments WHERE id = :id) || '、') > 0"
)

_PREDECESSORS: Final = "IN (SELECT body FROM body_successions WHERE successor = :id)"

CONCERNS: Final[dict[str, dict[str, str]]] = {
    "department": {
        "findings": f"{_OWED} OR department IS :id",
        "finding_history": f"{_OWED} OR department IS :id",
        "obligations": _OF_ITEM,
        "agreement_terms": f"department IS :id OR department {_PREDECESSORS}",
        "guidance_requests": f"department = :id OR department {_PREDECESSORS}",
        "progress": "kind = 'department' AND id = :id",
        "progress_by_duty": "kind = 'department' AND body = :id",
        "run_changes": "fingerprint IN (SELECT fingerprint FROM finding_history)",
        "downloads": "body = :id",
        "ledger_states": "body IN (:id, '')",
    },
    "zone": {
        "findings": f"{_OWED} OR zone IS :id",
        "finding_history": f"{_OWED} OR zone IS :id",
        "obligations": "zone = :id",
        "agreement_terms": f"zone = :id OR grantor_zone IS :id OR zone {_PREDECESSORS}",
        "guidance_requests": f"zone = :id OR zone {_PREDECESSORS}",
        "progress": "kind = 'zone' AND id = :id",
        "progress_by_duty": "kind = 'zone' AND body = :id",
        "run_changes": "fingerprint IN (SELECT fingerprint FROM finding_history)",
        "downloads": "body = :id",
        "ledger_states": "body IN (:id, '')",
    },
}
"""Kind of body → table → which of its rows concern the body `:id`. The others it does not see.

A finding concerns who owes it, and the department and the zone of the power that it is about.
"""
