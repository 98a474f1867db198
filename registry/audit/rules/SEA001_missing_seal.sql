/*
code: SEA001
name: missing-seal
title:
  zh: "未给予“二号章”"
  en: "No second seal given"
severity: medium
clauses: [C12, C17]
owed_by: [department]
remedy:
  zh: "市级部门刻制并移交“二号章”，将移交日期登记入台账。"
  en: "The department has the second seal made and hands it over; record the date."
message:
  zh: "{department_name}未就“{item_name}”向{zone_name}移交“二号章”，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: {department_name} has given {zone_name} no second seal; due {due_on}, {overdue}."
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
WHERE duty = 'seal'
