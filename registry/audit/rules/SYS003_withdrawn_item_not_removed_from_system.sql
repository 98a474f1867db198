/*
code: SYS003
name: withdrawn-item-not-removed-from-system
title:
  zh: "不再实施的事项未移出政务服务事项管理系统"
  en: "Withdrawn item still in the item system"
severity: medium
clauses: [C04, C17]
owed_by: [zone]
remedy:
  zh: "管委会将事项移出政务服务事项管理系统，将完成日期登记入台账。"
  en: "The zone takes the item out of the item system; record the date."
message:
  zh: "{zone_name}未证明已将不再实施的“{item_name}”移出政务服务事项管理系统，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: no proof that {zone_name} took this withdrawn item out of the item system; due {due_on}, {overdue}."
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
WHERE duty = 'system-removal'
