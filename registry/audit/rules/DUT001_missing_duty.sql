/*
code: DUT001
name: missing-duty
title:
  zh: "配套任务未完成"
  en: "Duty not done"
severity: medium
check: missing
owed_by: [department, zone]
remedy:
  zh: "完成该项配套任务，并将完成日期和佐证登记入台账。"
  en: "See to the duty; record date and document."
message:
  zh: "{zone_name}“{item_name}”的{duty_name}未完成，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): not done: {duty_name}; due {due_on}, {overdue}."
since: 0.2.0
population: |
  SELECT ins.id AS instrument, i.id AS item, z.id AS zone, o.obligations AS subjects
  FROM duty_check AS c
  CROSS JOIN obligation_total AS o
  JOIN duty AS du ON du.no = c.duty
  JOIN instrument AS ins ON ins.no = du.instrument
  LEFT JOIN item AS i ON i.no = o.item_no
  LEFT JOIN zone AS z ON z.no = o.zone_no
  WHERE c."check" = 'missing' AND c.code = :code AND o.duty_no = c.duty
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       du.id AS duty,
       i.id AS item,
       z.id AS zone,
       g.status,
       g.due_on
FROM duty_check AS c
CROSS JOIN obligation_gap AS g
JOIN duty AS du ON du.no = c.duty
JOIN instrument AS ins ON ins.no = du.instrument
JOIN delegation AS d ON d.no = g.delegation_no
JOIN item AS i ON i.no = g.item_no
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = g.zone_no
WHERE c."check" = 'missing' AND c.code = :code AND g.duty_no = c.duty
