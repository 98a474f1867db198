/*
code: CHN004
name: scope-or-territory-beyond-parent
title:
  zh: "赋权权限或地域超出上级赋权"
  en: "Scope or territory beyond what it derives from"
severity: high
law: [L5, L15]
owed_by: [office]
remedy:
  zh: "将本级赋权的权限、地域限于上级赋权的范围以内；备注和地域由人工比对，比对无误的办理豁免并写明理由。"
  en: "Keep scope and territory within those of what it derives from. Remarks and territories are compared by a person: where they fit, waive the finding and say why."
message:
  zh: "“{item_name}”赋予{zone_name}的权限为“{own_terms}”，上级赋权{parent}为“{above_terms}”，{verdict_zh}。"
  en: "{item_name} ({zone_name}): its scope is “{own_terms}”, that of {parent} “{above_terms}”; {verdict_en}."
since: 0.2.0
each: derivations
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       i.id AS item,
       z.id AS zone,
       CASE WHEN x.held = 0 THEN 'skip'
            WHEN x.loaded = 0 THEN 'manual'
            WHEN x.above_mode IS NULL THEN 'skip'
            WHEN x.above_scope = '部分' AND x.scope = '全部' THEN 'alarm'
            -- a territory is named in words, and is known to be the same only in the same ones
            WHEN x.above_territory IS NOT NULL AND coalesce(x.territory, '') <> x.above_territory
            THEN 'manual'
            WHEN x.above_scope = '全部' THEN 'ok'
            WHEN x.above_scope = '部分' AND x.scope = '部分' AND x.remark = x.above_remark THEN 'ok'
            ELSE 'manual' END AS status,
       NULL AS due_on,
       x.parent,
       coalesce(x.scope, '未载明') || coalesce('：' || x.remark, '')
         || coalesce('，限' || x.territory, '') AS own_terms,
       CASE WHEN x.loaded = 0 THEN '未登记' ELSE coalesce(x.above_scope, '未载明') || coalesce('：' || x.above_remark, '')
         || coalesce('，限' || x.above_territory, '') END AS above_terms,
       CASE WHEN x.above_scope = '部分' AND x.scope = '全部' THEN '超出上级权限'
            ELSE '是否超出须人工核实' END AS verdict_zh,
       CASE WHEN x.above_scope = '部分' AND x.scope = '全部' THEN 'it goes beyond that'
            ELSE 'whether it goes beyond that is to be checked by hand' END AS verdict_en,
       above.provenance
FROM derivations AS x
CROSS JOIN delegation AS d
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = coalesce(x.zone_no, d.zone)
LEFT JOIN delegation AS up ON up.no = x.parent_no
LEFT JOIN item AS above ON above.no = up.item
WHERE d.no = x.delegation_no
