/*
code: PWL001
name: missing-powers-list-entry
title:
  zh: "未编入权责清单"
  en: "Not in the powers list"
severity: medium
clauses: [C17]
owed_by: [zone]
remedy:
  zh: "管委会将事项编入权责清单，将公布日期登记入台账。"
  en: "The zone enters the item in its powers list; record the date."
message:
  zh: "{zone_name}未将“{item_name}”编入权责清单，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: {zone_name} has not entered it in its powers list; due {due_on}, {overdue}."
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
WHERE duty = 'powers-list'
