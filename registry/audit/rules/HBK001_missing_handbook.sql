/*
code: HBK001
name: missing-handbook
title:
  zh: "未编制业务手册"
  en: "No handbook"
severity: medium
clauses: [C17]
owed_by: [department, zone]
remedy:
  zh: "市级部门与管委会编制业务手册，将完成日期和文件登记入台账。"
  en: "Department and zone write the handbook; record date and document."
message:
  zh: "“{item_name}”（{zone_name}）未编制业务手册，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): there is no handbook; due {due_on}, {overdue}."
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
WHERE duty = 'handbook'
