/*
code: PWL003
name: withdrawn-item-not-removed-from-powers-list
title:
  zh: "不再实施的事项未移出权责清单"
  en: "Withdrawn item still in the powers list"
severity: medium
clauses: [C04, C17]
owed_by: [zone]
remedy:
  zh: "管委会将事项移出权责清单，将公布日期登记入台账。"
  en: "The zone takes the item out of its powers list; record the date."
message:
  zh: "{zone_name}未证明已将不再实施的“{item_name}”移出权责清单，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: no proof that {zone_name} took this withdrawn item out of its powers list; due {due_on}, {overdue}."
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
WHERE duty = 'powers-list-removal'
