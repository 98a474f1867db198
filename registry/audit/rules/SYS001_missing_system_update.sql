/*
code: SYS001
name: missing-system-update
title:
  zh: "未在政务服务事项管理系统调整"
  en: "Item system not updated"
severity: medium
clauses: [C17]
owed_by: [zone]
remedy:
  zh: "管委会在政务服务事项管理系统完成事项调整，将完成日期登记入台账。"
  en: "The zone updates the item system; record the date."
message:
  zh: "{zone_name}未在政务服务事项管理系统调整“{item_name}”，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: {zone_name} has not updated the item system; due {due_on}, {overdue}."
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
WHERE duty = 'system-update'
