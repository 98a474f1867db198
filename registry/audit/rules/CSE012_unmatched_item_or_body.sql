/*
code: CSE012
name: unmatched-item-or-body
title:
  zh: "事项或者主体未能对应"
  en: "Unmatched item or body"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "核对所列办件的事项编码、受理单位和审批部门：登记库缺别名的，补登；导出有误的，更正后重新导入。"
  en: "Check item code, accepting and deciding body: record a missing alias, or correct the export and load it again."
message:
  zh: "{month}有{cases}件的事项、受理单位或者审批部门未能对应，未作权限核查：{numbers}。"
  en: "An item or body of {month} is not known, and authority was not checked; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
*/
SELECT coalesce(c.instrument, first.id) AS instrument,
       'load' AS subject_type,
       'L-' || CAST(c.load_no AS TEXT) AS subject_id,
       substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7)
         AS discriminator,
       substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7) AS month,
       CASE WHEN c.item_no IS NULL THEN 'manual'
            WHEN c.accepted_on IS NOT NULL AND c.zone_no IS NULL AND c.department_no IS NULL
            THEN 'manual'
            WHEN c.decided_on IS NOT NULL AND c.decided_zone_no IS NULL
                 AND c.decided_department_no IS NULL
                 AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))
            THEN 'manual'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       c.provenance
FROM (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN cases AS c
CROSS JOIN platform_load AS l
WHERE first.no = least.no AND l.no = c.load_no
