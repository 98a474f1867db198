/*
code: PLT001
name: missing-platform-access
title:
  zh: "未开通政务服务平台权限"
  en: "No access on the municipal platform"
severity: medium
clauses: [C13, C17]
owed_by: [department]
remedy:
  zh: "市级部门在市级政务服务平台为管委会增加相应权限，将开通日期登记入台账。"
  en: "The department adds the access on the municipal platform; record the date."
message:
  zh: "{department_name}未就“{item_name}”为{zone_name}开通市级政务服务平台权限，应于{due_on}前完成，{overdue}。"
  en: "{item_name}: {department_name} has not opened access on the municipal platform for {zone_name}; due {due_on}, {overdue}."
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
WHERE duty = 'platform-access'
