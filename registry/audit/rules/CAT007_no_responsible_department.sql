/*
code: CAT007
name: no-responsible-department
title:
  zh: "事项未明确主管部门"
  en: "No responsible department"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "补录事项的行业主管部门。"
  en: "Record the department that is responsible for the item."
message:
  zh: "“{item_name}”未明确主管部门，无从督办。"
  en: "{item_name}: no department is recorded; nobody can be chased."
since: 0.1.0
*/
SELECT i.instrument,
       'item' AS subject_type,
       i.id AS subject_id,
       i.id AS item,
       CASE WHEN i.department IS NULL THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on
FROM items AS i
