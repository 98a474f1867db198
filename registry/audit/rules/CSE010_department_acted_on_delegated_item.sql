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
*/
SELECT c.instrument,
       'delegation' AS subject_type,
       c.item || '-' || c.zone AS subject_id,
       substr(c.decided_on, 1, 7) AS discriminator,
       substr(c.decided_on, 1, 7) AS month,
       c.item,
       c.zone,
       CASE WHEN x.answer = 'yes' AND c.decided_department_no IS NOT NULL THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       c.provenance
FROM as_of AS t
CROSS JOIN case_acts AS a
JOIN cases AS c ON c.case_no = a.case_no
LEFT JOIN act_answers AS x
  ON x.zone_no = c.zone_no AND x.item_no = c.item_no AND x.act = 'decide'
  AND x.from_on <= a.on_day AND coalesce(x.to_on, a.on_day) >= a.on_day
WHERE a.act = 'decide' AND a.on_day <= t.date
  AND c.zone_no IS NOT NULL AND c.item_no IS NOT NULL
  AND coalesce(a.zone_no, a.department_no) IS NOT NULL
