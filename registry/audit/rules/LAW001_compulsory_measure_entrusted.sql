/*
code: LAW001
name: compulsory-measure-entrusted
title:
  zh: "委托实施行政强制措施"
  en: "Compulsory measure entrusted"
severity: high
law: [L1]
owed_by: [office]
remedy:
  zh: "依据行政强制法第十七条，行政强制措施权不得委托，应改变赋权方式或收回。"
  en: "行政强制法 art. 17: the power of compulsory measures may not be entrusted; change the mode or withdraw the item."
message:
  zh: "“{item_name}”属行政强制，赋权方式为{mode}；行政强制措施权不得委托。"
  en: "{item_name} is a compulsory power in mode {mode}; compulsory measures may not be entrusted."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN power_type <> '行政强制' THEN 'ok'
            WHEN name LIKE '%查封%' OR name LIKE '%扣押%' OR name LIKE '%冻结%' THEN 'alarm'
            ELSE 'manual' END AS status,
       NULL AS due_on
FROM items
WHERE entrusts = 1
