/*
code: LAW002
name: municipal-power-not-entrusted
title:
  zh: "市级以上权限未以委托方式赋权"
  en: "Municipal power not entrusted"
severity: info
owed_by: [office]
remedy:
  zh: "文件规定原则上以委托方式赋权；核实法定实施层级和未采用委托方式的理由。"
  en: "The instrument prefers entrustment in principle; check the level that the law sets, and why another mode was taken."
message:
  zh: "“{item_name}”赋权方式为{mode}，法定实施层级为{level_text}；市级以上权限原则上以委托方式赋权。"
  en: "{item_name}: mode {mode}, legal level {level_text}; powers of municipal level or above are, in principle, entrusted."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN entrusts = 1 THEN 'ok'
            WHEN legal_level IS NULL THEN 'manual'
            WHEN legal_level IN ('国家级', '省级', '市级') THEN 'alarm'
            ELSE 'skip' END AS status,
       NULL AS due_on,
       coalesce(legal_level, '未登记') AS level_text
FROM items
WHERE annex_role = 'delegated'
