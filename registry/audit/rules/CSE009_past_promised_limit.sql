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
         c.department_no AS department_no,
         substr(c.accepted_on, 1, 7) AS month,
         CASE WHEN n.over IS NULL THEN 'manual'
              WHEN n.over > 0 THEN 'alarm'
              WHEN n.is_open = 1 THEN 'pending'
              ELSE 'ok' END AS status,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  JOIN case_days AS n ON n.case_no = c.case_no
  WHERE coalesce(c.item_no, 0) <> 0 -- most have one: no index
    AND c.accepted_on <= t.date AND c.promised_on IS NOT NULL
    AND (c.decided_on IS NULL OR c.decided_on > t.date OR c.decided_on > c.promised_on)
),
unpromised AS MATERIALIZED (
  SELECT c.item AS item_no, c.accepted_zone AS zone_no, count(*) AS cases
  FROM as_of AS t
  CROSS JOIN case_record AS c
  CROSS JOIN platform_load AS l
  WHERE c.promised_on IS NULL AND c.superseded_by IS NULL AND c.item IS NOT NULL
    AND coalesce(c.accepted_on, '') <= t.date AND l.no = c.load AND l.voided_on IS NULL
  GROUP BY c.item, c.accepted_zone
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || coalesce(z.id, d.id, '') AS subject_id,
       x.month AS discriminator,
       x.month,
       i.id AS item,
       z.id AS zone,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.number AS case_number,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         NULL AS department_no,
         NULL AS month,
         'ok' AS status,
         k.cases AS subjects,
         NULL AS number,
         NULL AS provenance
  FROM case_counts AS k WHERE k.item_no IS NOT NULL
  UNION ALL
  SELECT s.item_no, s.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM slow AS s GROUP BY s.item_no, s.zone_no
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'ok', -u.cases, NULL, NULL FROM unpromised AS u
  UNION ALL
  SELECT u.item_no, u.zone_no, NULL, NULL, 'skip', u.cases, NULL, NULL FROM unpromised AS u
  UNION ALL
  SELECT s.item_no, s.zone_no, s.department_no, s.month, s.status, 1, s.number, s.provenance
  FROM slow AS s
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = x.zone_no
LEFT JOIN department AS d ON d.no = x.department_no
