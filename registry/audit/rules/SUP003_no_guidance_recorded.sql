/*
code: SUP003
name: no-guidance-recorded
title:
  zh: "无业务指导记录"
  en: "No guidance recorded"
severity: info
clauses: [C15]
owed_by: [department]
remedy:
  zh: "市级业务主管部门指导管委会制定监管细则，并将指导情况登记入台账。"
  en: "The department guides the zone in writing the supervision rules; record it."
message:
  zh: "{department_name}对{zone_name}委托下放的依申请事项没有业务指导记录。"
  en: "{department_name} has no guidance recorded for what it entrusted to {zone_name}."
since: 0.1.0
*/
SELECT o.instrument,
       'zone-department' AS subject_type,
       o.zone || '/' || o.department AS subject_id,
       o.zone,
       o.department,
       CASE WHEN (o.instrument, o.zone, o.department) IN (
              SELECT g.instrument, g.zone, g.department
              FROM as_of AS day
              CROSS JOIN guidance_requests AS g
              WHERE g.raised_on <= day.date AND g.answered_on <= day.date
            ) THEN 'ok'
            WHEN o.due_on IS NULL THEN 'manual'
            WHEN t.date <= o.due_on THEN 'pending'
            ELSE 'alarm' END AS status,
       o.due_on
FROM as_of AS t
CROSS JOIN (
  SELECT s.instrument, s.zone, d.department, min(s.due_on) AS due_on
  FROM obligation_status AS s
  JOIN item_departments AS d ON d.item_no = s.item_no
  WHERE s.duty = 'supervision-rules'
  GROUP BY s.instrument, s.zone, d.department
) AS o
