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
*/
SELECT s.instrument,
       'delegation' AS subject_type,
       s.delegation AS subject_id,
       s.duty,
       s.item,
       s.zone,
       s.status,
       s.due_on
FROM duty_check AS c
CROSS JOIN obligation_status AS s
WHERE c."check" = 'missing' AND c.code = :code AND s.duty_no = c.duty
