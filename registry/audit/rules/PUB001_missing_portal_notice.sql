/*
code: PUB001
name: missing-portal-notice
title:
  zh: "未在部门门户网站公告"
  en: "No notice on the department’s portal"
severity: medium
clauses: [C14, C17]
owed_by: [department]
remedy:
  zh: "市级部门在本部门门户网站公告赋权事项，将公告日期和网址登记入台账。"
  en: "The department announces the item on its portal; record date and address."
message:
  zh: "{department_name}未在门户网站公告赋予{zone_name}的“{item_name}”，应于{due_on}前公告，{overdue}。"
  en: "{item_name} ({zone_name}): {department_name} has not announced it on its portal; due {due_on}, {overdue}."
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
WHERE duty = 'portal-notice'
