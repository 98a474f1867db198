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
       o.zone || '/' || dep.id AS subject_id,
       o.zone,
       dep.id AS department,
       CASE WHEN (o.instrument, o.zone, dep.id) IN (
              SELECT g.instrument, g.zone, g.department FROM guidance_requests AS g
              WHERE g.raised_on <= :as_of AND g.answered_on <= :as_of
            ) THEN 'ok'
            WHEN min(o.due_on) IS NULL THEN 'manual'
            WHEN :as_of <= min(o.due_on) THEN 'pending'
            ELSE 'alarm' END AS status,
       min(o.due_on) AS due_on
FROM obligation_status AS o
JOIN item_department AS x ON x.item = o.item_no
JOIN department AS dep ON dep.no = x.department
WHERE o.duty = 'supervision-rules'
GROUP BY o.instrument, o.zone, dep.id
