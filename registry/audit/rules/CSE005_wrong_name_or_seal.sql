/*
code: CSE005
name: wrong-name-or-seal
title:
  zh: "名义或者印章不符"
  en: "Wrong name or seal"
severity: high
law: [L5, L7]
owed_by: [department, zone]
remedy:
  zh: "以应当署名的机关名义重新作出文书、加盖其印章；委托实施的以委托部门名义。"
  en: "Issue the document anew in the name and under the seal of the body that it has to bear."
message:
  zh: "{zone_name}在{month}决定的“{item_name}”{cases}件，印章或者落款不是应当署名的机关：{numbers}。"
  en: "{zone_name} decided on {item_name} in {month} under a name or seal that is not the right one; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH decided AS (
  SELECT c.case_no AS case_no, c.item_no AS item_no, c.decided_zone_no AS zone_no,
         c.decided_on AS on_day, c.seal_zone_no AS seal_zone_no,
         c.seal_department_no AS seal_department_no
  FROM cases AS c
  WHERE (c.seal_zone_no IS NOT NULL OR c.seal_department_no IS NOT NULL)
    AND c.decided_on IS NOT NULL
    AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办', '转报办结'))
  UNION ALL
  SELECT c.case_no, c.item_no, s.zone, coalesce(s.ended_on, s.started_on), c.seal_zone_no,
         c.seal_department_no
  FROM case_step AS s
  CROSS JOIN cases AS c
  WHERE s.act = 'decide' AND s.zone IS NOT NULL AND c.case_no = s.case_no
    AND coalesce(s.ended_on, s.started_on) IS NOT NULL
    AND (c.decided_on IS NULL
         OR (c.decided_zone_no IS NULL AND c.decided_department_no IS NULL
             AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))))
    AND (c.seal_zone_no IS NOT NULL OR c.seal_department_no IS NOT NULL)
),
sealed AS MATERIALIZED (
  SELECT c.case_no AS case_no,
         c.item_no AS item_no,
         c.zone_no AS zone_no,
         c.on_day AS on_day,
         CASE
           WHEN x.name_of = 'department' THEN
             CASE WHEN c.seal_zone_no IS NULL AND rightly.item_no IS NOT NULL THEN 'ok'
                  ELSE 'alarm' END
           WHEN x.name_of NOT IN ('delegate', 'delegate-if-authorised', 'zone-by-status')
                OR x.name_of IS NULL THEN 'manual'
           WHEN c.seal_zone_no IS NULL OR c.seal_zone_no <> c.zone_no THEN 'alarm'
           WHEN x.name_of = 'delegate' THEN 'ok'
           WHEN x.name_of = 'delegate-if-authorised' AND s.authorised_by IS NOT NULL THEN 'ok'
           WHEN x.name_of = 'zone-by-status' AND s.approved_by IS NOT NULL THEN 'ok'
           ELSE 'manual'
         END AS status
  FROM as_of AS t
  CROSS JOIN decided AS c
  CROSS JOIN act_answers AS x
  LEFT JOIN zone_status AS s ON s.zone = c.zone_no
  LEFT JOIN (
    SELECT DISTINCT own.item AS item_no, line.relative_no AS department_no
    FROM item_department AS own
    JOIN department_lines AS line ON line.department_no = own.department
  ) AS rightly ON rightly.item_no = c.item_no AND rightly.department_no = c.seal_department_no
  LEFT JOIN ( -- of what it may not decide other rules tell
    SELECT DISTINCT v.case_no AS case_no
    FROM case_verdicts AS v
    WHERE v.act = 'decide' AND v.answer = 'no'
  ) AS refused ON refused.case_no = c.case_no
  WHERE x.zone_no = c.zone_no AND x.item_no = c.item_no AND x.act = 'decide'
    AND x.from_on <= c.on_day AND coalesce(x.to_on, c.on_day) >= c.on_day
    AND c.on_day <= t.date AND refused.case_no IS NULL
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
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
         CAST(NULL AS TEXT) AS month,
         'skip' AS status, -- no seal is recorded, or the act itself was not the zone's to do
         k.cases AS subjects,
         CAST(NULL AS TEXT) AS number,
         CAST(NULL AS TEXT) AS provenance
  FROM zone_case_counts AS k
  UNION ALL
  SELECT s.item_no, s.zone_no, NULL, 'skip', -count(*), NULL, NULL
  FROM sealed AS s GROUP BY s.item_no, s.zone_no
  UNION ALL
  SELECT s.item_no, s.zone_no, NULL, 'ok', count(*), NULL, NULL
  FROM sealed AS s WHERE s.status = 'ok' GROUP BY s.item_no, s.zone_no
  UNION ALL
  SELECT s.item_no, s.zone_no, substr(s.on_day, 1, 7), s.status, 1, c.number, l.provenance
  FROM sealed AS s
  JOIN case_record AS c ON c.no = s.case_no
  JOIN platform_load AS l ON l.no = c.load
  WHERE s.status <> 'ok'
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = x.zone_no
