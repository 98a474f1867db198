/*
code: CSE008
name: past-legal-limit
title:
  zh: "超法定时限"
  en: "Past the legal limit"
severity: medium
law: [L8, L9, L11, L12, L18]
owed_by: [zone, department]
remedy:
  zh: "尽快办结；扣除听证、检验等不计时间或者经批准延长而未登记的，补登；今后在法定时限内办结。"
  en: "Decide; where time that does not count, or an extension, was not recorded, record it."
message:
  zh: "“{item_name}”{month}受理的{cases}件超过法定时限（{limit_text}）：{numbers}。"
  en: "{item_name}, accepted in {month}: took longer than the law allows ({limit_text_en}); cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
-- Only what was not decided within the bare period is looked at day by day.
WITH slow AS MATERIALIZED (
  SELECT c.item_no AS item_no,
         c.zone_no AS zone_no,
         c.load_no AS load_no,
         substr(c.accepted_on, 1, 7) AS month,
         CASE WHEN n.worked IS NULL THEN 'manual'
              WHEN m.unit = 'working' AND n.worked > m.amount + m.extension * n.extended
              THEN 'alarm'
              -- the last day that is not stopped, or the working day after it
              WHEN m.unit = 'calendar' AND n.ended_on > e.date THEN 'alarm'
              WHEN n.is_open = 1 THEN 'pending'
              ELSE 'ok' END AS status,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  CROSS JOIN item_limits AS m
  LEFT JOIN limit_deadlines AS z ON z.power_type = m.power_type AND z.accepted_on = c.accepted_on
  JOIN case_days AS n ON n.case_no = c.case_no
  LEFT JOIN workday AS ended ON m.unit = 'calendar' AND ended.date = n.ended_on
  LEFT JOIN calendar_period_ends AS e
    ON e.day_number = ended.day_number - n.passed + m.amount + m.extension * n.extended
  WHERE m.item_no = c.item_no AND c.accepted_on <= t.date
    AND (c.decided_on IS NULL OR c.decided_on > t.date OR z.due_on IS NULL
         OR c.decided_on > z.due_on)
)
{case_subject},
       CAST(m.amount AS TEXT) || CASE m.unit WHEN 'working' THEN '个工作日' ELSE '日' END
         AS limit_text,
       CAST(m.amount AS TEXT) || CASE m.unit WHEN 'working' THEN ' working days' ELSE ' days' END
         AS limit_text_en,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         CAST(NULL AS INTEGER) AS load_no,
         CAST(NULL AS TEXT) AS month,
         CASE WHEN m.item_no IS NOT NULL THEN 'ok' ELSE 'skip' END AS status,
         k.cases AS subjects,
         CAST(NULL AS TEXT) AS number,
         CAST(NULL AS TEXT) AS provenance
  FROM case_counts AS k
  LEFT JOIN item_limits AS m ON m.item_no = k.item_no
  WHERE k.item_no IS NOT NULL
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'ok', -u.untimed, NULL, NULL
  FROM untimed_case_counts AS u
  JOIN item_limits AS m ON m.item_no = u.item_no
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'skip', u.untimed, NULL, NULL
  FROM untimed_case_counts AS u
  JOIN item_limits AS m ON m.item_no = u.item_no
  UNION ALL
  SELECT s.item_no, s.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM slow AS s GROUP BY s.item_no, s.zone_no
  UNION ALL
  SELECT s.item_no, s.zone_no, s.load_no, s.month, s.status, 1, s.number, s.provenance
  FROM slow AS s
) AS x
{case_bodies}
LEFT JOIN item_limits AS m ON m.item_no = x.item_no
