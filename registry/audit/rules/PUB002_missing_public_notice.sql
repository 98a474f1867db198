/*
code: PUB002
name: missing-public-notice
title:
  zh: "未以其他便于知悉的方式公告"
  en: "No notice by other accessible means"
severity: medium
clauses: [C14, C17]
owed_by: [department]
remedy:
  zh: "市级部门以报纸、公告栏、政务新媒体等便于公众知悉的方式公告，并登记日期和载体。"
  en: "The department announces the item by press, notice board or social media; record date and medium."
message:
  zh: "{department_name}未以其他便于公众知悉的方式公告赋予{zone_name}的“{item_name}”，应于{due_on}前公告，{overdue}。"
  en: "{item_name} ({zone_name}): {department_name} has not announced it by other accessible means; due {due_on}, {overdue}."
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
WHERE duty = 'public-notice'
