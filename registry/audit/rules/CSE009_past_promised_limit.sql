/*
code: CSE009
name: past-promised-limit
title:
  zh: "超承诺时限"
  en: "Past the promised limit"
severity: low
general: true
owed_by: [zone, department]
remedy:
  zh: "尽快办结，并向申请人说明原因；经常超时的，核实承诺时限是否可行。"
  en: "Decide, and tell the applicant why it took longer; where it happens often, see whether the promise can be kept."
message:
  zh: "“{item_name}”{month}受理的{cases}件超过承诺时限：{numbers}。"
  en: "{item_name}, accepted in {month}: took longer than was promised; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH slow AS MATERIALIZED (
  SELECT c.item_no AS item_no,
         c.zone_no AS zone_no,
         c.load_no AS load_no,
         substr(c.accepted_on, 1, 7) AS month,
         CASE WHEN n.is_open = 1 AND t.date <= c.promised_on THEN 'pending'
              WHEN n.over IS NULL THEN 'manual'
              WHEN n.over > 0 THEN 'alarm'
              WHEN n.is_open = 1 THEN 'pending'
              ELSE 'ok' END AS status,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  JOIN case_days AS n ON n.case_no = c.case_no
  WHERE c.accepted_on <= t.date AND c.promised_on IS NOT NULL
    AND (c.decided_on IS NULL OR c.decided_on > t.date OR c.decided_on > c.promised_on)
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
  SELECT s.item_no, s.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM slow AS s GROUP BY s.item_no, s.zone_no
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'ok', -(u.untimed + u.unpromised), NULL, NULL
  FROM untimed_case_counts AS u
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'skip', u.untimed + u.unpromised, NULL, NULL
  FROM untimed_case_counts AS u
  UNION ALL
  SELECT s.item_no, s.zone_no, s.load_no, s.month, s.status, 1, s.number, s.provenance
  FROM slow AS s
) AS x
{case_bodies}
