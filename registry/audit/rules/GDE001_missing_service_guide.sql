/*
code: GDE001
name: missing-service-guide
title:
  zh: "未编制服务指南"
  en: "No service guide"
severity: medium
clauses: [C17]
owed_by: [department, zone]
remedy:
  zh: "市级部门与管委会编制并公开服务指南，将网址和日期登记入台账。"
  en: "Department and zone write and publish the service guide; record address and date."
message:
  zh: "“{item_name}”（{zone_name}）未编制服务指南，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): there is no service guide; due {due_on}, {overdue}."
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
WHERE duty = 'service-guide'
