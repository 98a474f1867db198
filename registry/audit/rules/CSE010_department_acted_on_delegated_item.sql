/*
code: CSE010
name: department-acted-on-delegated-item
title:
  zh: "已赋权事项由部门办理（回流）"
  en: "Decided by the department although delegated"
severity: info
general: true
owed_by: [department]
remedy:
  zh: "核实原因：承接能力不足的加强指导，流程未调整的调整系统；按照“能放则放”的要求由承接主体办理。"
  en: "Find out why: guide the zone where it is not able to, change the system where it was not adapted; what is delegated is for the zone to do."
message:
  zh: "{zone_name}受理的“{item_name}”{month}有{cases}件由市级部门决定：{numbers}。"
  en: "{item_name}: accepted by {zone_name} and decided by the department in {month}; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH returned AS MATERIALIZED (
  SELECT c.item_no AS item_no,
         c.zone_no AS zone_no,
         substr(c.decided_on, 1, 7) AS month,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  CROSS JOIN act_answers AS x
  WHERE x.zone_no = c.zone_no AND x.item_no = c.item_no AND x.act = 'decide'
    AND x.from_on <= c.decided_on AND coalesce(x.to_on, c.decided_on) >= c.decided_on
    AND c.decided_department_no IS NOT NULL AND c.decided_on <= t.date AND x.answer = 'yes'
    AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办', '转报办结'))
  UNION ALL
  SELECT DISTINCT c.item_no, c.zone_no, substr(coalesce(s.ended_on, s.started_on), 1, 7), c.number,
         c.provenance
  FROM as_of AS t
  CROSS JOIN case_step AS s
  CROSS JOIN cases AS c
  CROSS JOIN act_answers AS x
  WHERE s.act = 'decide' AND s.department IS NOT NULL AND c.case_no = s.case_no
    AND (c.decided_on IS NULL
         OR (c.decided_zone_no IS NULL AND c.decided_department_no IS NULL
             AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))))
    AND coalesce(s.ended_on, s.started_on) <= t.date
    AND x.zone_no = c.zone_no AND x.item_no = c.item_no AND x.act = 'decide' AND x.answer = 'yes'
    AND x.from_on <= coalesce(s.ended_on, s.started_on)
    AND (x.to_on IS NULL OR x.to_on >= coalesce(s.ended_on, s.started_on))
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
  FROM case_counts AS k WHERE k.item_no IS NOT NULL AND k.zone_no IS NOT NULL
  UNION ALL
  SELECT r.item_no, r.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM returned AS r GROUP BY r.item_no, r.zone_no
  UNION ALL
  SELECT r.item_no, r.zone_no, NULL, r.month, 'alarm', 1, r.number, r.provenance FROM returned AS r
) AS x
{case_bodies}
