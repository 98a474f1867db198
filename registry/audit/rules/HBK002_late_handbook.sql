/*
code: HBK002
name: late-handbook
title:
  zh: "业务手册逾期完成"
  en: "Handbook was late"
severity: info
clauses: [C17]
owed_by: [department, zone]
remedy:
  zh: "已无法补正；在通报中说明原因，并核对办理日期是否登记有误。"
  en: "It cannot be mended; state the reason in the report, and check that the date was recorded correctly."
message:
  zh: "{zone_name}“{item_name}”的业务手册于{met_on}完成，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): the handbook was done on {met_on}, due {due_on}, {overdue}."
since: 0.1.0
*/
SELECT instrument,
       'delegation' AS subject_type,
       delegation AS subject_id,
       duty,
       item,
       zone,
       CASE late WHEN 1 THEN 'alarm' WHEN 0 THEN 'ok' ELSE 'manual' END AS status,
       due_on,
       met_on
FROM obligation_status
WHERE duty = 'handbook' AND met_on IS NOT NULL
