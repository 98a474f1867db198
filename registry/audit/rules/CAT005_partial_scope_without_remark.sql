/*
code: CAT005
name: partial-scope-without-remark
title:
  zh: "部分赋权未在备注中注明权限"
  en: "Partial scope without a remark"
severity: medium
owed_by: [office]
remedy:
  zh: "在备注中注明赋予的是哪一部分权限。"
  en: "State in the remark which part is conferred."
message:
  zh: "“{item_name}”权限为“{scope_text}”，备注未注明所赋权限。"
  en: "{item_name}: its scope is {scope_text}, and no remark states the part."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN scope IS NULL THEN 'manual'
            WHEN remark IS NULL THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       coalesce(scope, '未注明') AS scope_text
FROM items
WHERE annex_role <> 'withdrawn' AND (scope = '部分' OR scope IS NULL)
