/*
code: DUT002
name: late-duty
title:
  zh: "配套任务逾期完成"
  en: "Duty was late"
severity: info
check: late
owed_by: [department, zone]
remedy:
  zh: "已无法补正；在通报中说明原因，并核对办理日期是否登记有误。"
  en: "It cannot be mended; state the reason in the report, and check that the date was recorded correctly."
message:
  zh: "{zone_name}“{item_name}”的{duty_name}于{met_on}完成，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): {duty_name} was done on {met_on}, due {due_on}, {overdue}."
since: 0.2.0
population: |
  SELECT ins.id AS instrument, i.id AS item, z.id AS zone, o.obligations AS subjects
  FROM duty_check AS c
  CROSS JOIN obligation_total AS o
  JOIN duty AS du ON du.no = c.duty
  JOIN instrument AS ins ON ins.no = du.instrument
  LEFT JOIN item AS i ON i.no = o.item_no
  LEFT JOIN zone AS z ON z.no = o.zone_no
  WHERE c."check" = 'late' AND c.code = :code AND o.duty_no = c.duty AND o.status = 'ok'
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       du.id AS duty,
       i.id AS item,
       z.id AS zone,
       CASE WHEN g.due_on IS NULL THEN 'manual' WHEN g.met_on > g.due_on THEN 'alarm'
            ELSE 'ok' END AS status,
       g.due_on,
       g.met_on
FROM duty_check AS c
CROSS JOIN obligation_gap AS g
JOIN duty AS du ON du.no = c.duty
JOIN instrument AS ins ON ins.no = du.instrument
JOIN delegation AS d ON d.no = g.delegation_no
JOIN item AS i ON i.no = g.item_no
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = g.zone_no
WHERE c."check" = 'late' AND c.code = :code AND g.duty_no = c.duty AND g.met_on IS NOT NULL
