/*
code: SUP001
name: missing-supervision-rules
title:
  zh: "未制定事中事后监管细则"
  en: "No supervision rules"
severity: medium
clauses: [C15, C17]
owed_by: [zone]
remedy:
  zh: "管委会在市级业务主管部门指导下制定监管细则，将印发日期和文号登记入台账。"
  en: "The zone writes the supervision rules, guided by the department; record date and document."
message:
  zh: "{zone_name}未就“{item_name}”制定事中事后监管细则，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: {zone_name} has no supervision rules; due {due_on}, {overdue}."
since: 0.1.0
*/
SELECT instrument,
       'delegation' AS subject_type,
       delegation AS subject_id,
       duty,
       item,
       zone,
       status,
       due_on
FROM obligation_status
WHERE duty = 'supervision-rules'
