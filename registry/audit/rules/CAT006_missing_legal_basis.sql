/*
code: CAT006
name: missing-legal-basis
title:
  zh: "事项缺少法律依据"
  en: "No legal basis"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "补录设定依据的法律法规名称和条款。"
  en: "Record the law and the article that the item rests on."
message:
  zh: "“{item_name}”未登记法律依据或条款。"
  en: "{item_name}: no law or no article is recorded."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN law IS NULL OR article IS NULL THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on
FROM items
