/*
code: CAT009
name: direct-item-not-at-original-scope
title:
  zh: "原直接实施事项未按原权限"
  en: "Direct item not at its original scope"
severity: medium
owed_by: [office]
remedy:
  zh: "原直接实施的事项按原权限实施，将权限更正为“全部”，或核实是否应列入赋权清单。"
  en: "Direct items keep their scope: set it to 全部, or find out whether the item is newly delegated."
message:
  zh: "原直接实施的“{item_name}”权限为“{scope_text}”，应按原权限实施。"
  en: "{item_name} was implemented directly before, but its scope is {scope_text}."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN scope = '全部' THEN 'ok'
            WHEN scope = '部分' AND scope_basis = 'text' THEN 'alarm'
            ELSE 'manual' END AS status,
       NULL AS due_on,
       coalesce(scope, '未注明') AS scope_text
FROM items
WHERE annex_role = 'direct'
