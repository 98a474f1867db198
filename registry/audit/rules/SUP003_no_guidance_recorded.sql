/*
code: SUP003
name: no-guidance-recorded
title:
  zh: "无业务指导记录"
  en: "No guidance recorded"
severity: info
owed_by: [department]
remedy:
  zh: "业务主管部门指导承接主体办理配套任务，并将指导情况登记入台账。"
  en: "The department guides the zone in its duties; record it."
message:
  zh: "{department_name}对{zone_name}承接的事项没有业务指导记录。"
  en: "{department_name} has no guidance recorded for what was conferred on {zone_name}."
since: 0.1.0
*/
SELECT o.instrument,
       'zone-department' AS subject_type,
       o.zone || '/' || o.department AS subject_id,
       o.zone,
       o.department,
       CASE WHEN guided.zone IS NOT NULL THEN 'ok'
            WHEN o.due_on IS NULL THEN 'manual'
            WHEN t.date <= o.due_on THEN 'pending'
            ELSE 'alarm' END AS status,
       o.due_on
FROM as_of AS t
CROSS JOIN (
  SELECT ins.id AS instrument, z.id AS zone, d.department AS department, min(x.due_on) AS due_on
  FROM (
    SELECT g.instrument AS instrument_no, s.item_no AS item_no, s.zone_no AS zone_no,
           min(s.due_on) AS due_on
    FROM duty AS g
    JOIN obligation_dues AS s ON s.duty_no = g.no
    WHERE g.guided = 1
    GROUP BY g.instrument, s.item_no, s.zone_no
  ) AS x
  JOIN instrument AS ins ON ins.no = x.instrument_no
  JOIN zone AS z ON z.no = x.zone_no
  JOIN item_departments AS d ON d.item_no = x.item_no
  GROUP BY ins.id, z.id, d.department
) AS o
LEFT JOIN (
  SELECT DISTINCT r.instrument AS instrument, r.zone AS zone, r.department AS department
  FROM as_of AS day
  CROSS JOIN guidance_requests AS r
  WHERE r.raised_on <= day.date AND r.answered_on <= day.date
) AS guided
  ON guided.instrument = o.instrument AND guided.zone = o.zone AND guided.department = o.department
