/*
code: CSE011
name: impossible-dates
title:
  zh: "办件日期矛盾"
  en: "Impossible dates"
severity: low
general: true
owed_by: [zone, department]
remedy:
  zh: "在业务系统中更正所列办件的日期，重新导出并导入。"
  en: "Correct the dates in the system, and load the export again."
message:
  zh: "{month}有{cases}件的日期前后矛盾：{numbers}。"
  en: "Dates of {month} that contradict each other; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wrong AS (
  SELECT s.case_no AS case_no
  FROM case_step AS s
  CROSS JOIN case_record AS r
  CROSS JOIN platform_load AS own
  WHERE r.no = s.case_no AND own.no = r.load
    AND (s.ended_on < s.started_on OR s.started_on > own.loaded_on OR s.ended_on > own.loaded_on)
  UNION
  SELECT p.case_no FROM case_stop AS p WHERE p.to_on < p.from_on
),
found AS MATERIALIZED (
  SELECT c.item_no AS item_no,
         c.zone_no AS zone_no,
         c.load_no AS load_no,
         substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7) AS month,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  CROSS JOIN platform_load AS l
  LEFT JOIN wrong AS w ON w.case_no = c.case_no
  WHERE l.no = c.load_no AND coalesce(c.accepted_on, '') <= t.date
    AND (c.applied_on > c.accepted_on OR c.accepted_on > c.decided_on OR c.applied_on > c.decided_on
         OR c.promised_on < c.accepted_on OR c.applied_on > l.loaded_on
         OR c.accepted_on > l.loaded_on OR c.decided_on > l.loaded_on
         OR w.case_no IS NOT NULL)
)
{case_subject},
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         CAST(NULL AS INTEGER) AS load_no,
         CAST(NULL AS TEXT) AS month,
         'ok' AS status,
         k.cases AS subjects,
         CAST(NULL AS TEXT) AS number,
         CAST(NULL AS TEXT) AS provenance
  FROM case_counts AS k
  UNION ALL
  SELECT f.item_no, f.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM found AS f GROUP BY f.item_no, f.zone_no
  UNION ALL
  SELECT f.item_no, f.zone_no, f.load_no, f.month, 'alarm', 1, f.number,
         f.provenance
  FROM found AS f
) AS x
{case_bodies}
