/*
code: AGR001
name: missing-agreement
title:
  zh: "未签订委托协议"
  en: "No agreement signed"
severity: high
clauses: [C10, C17]
owed_by: [department, zone]
remedy:
  zh: "市级部门与管委会签订委托协议，并将文号、日期和涵盖事项登记入台账。"
  en: "Department and zone sign the agreement; record its number, dates and the items it covers."
message:
  zh: "{department_name}与{zone_name}未就“{item_name}”签订委托协议，应于{due_on}前签订，{overdue}。"
  en: "{item_name}: {department_name} and {zone_name} have signed no agreement; due {due_on}, {overdue}."
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
WHERE duty = 'agreement'
