/*
code: CHN001
name: grantor-without-power
title:
  zh: "授权机关不具有该项权限"
  en: "Grantor without the power"
severity: high
law: [L5, L15]
owed_by: [office]
remedy:
  zh: "核实授权机关的权限来源：补登上级文件，或者待上级赋权生效后重新赋权；确无权限的，收回本级赋权。"
  en: "Find out where the grantor has the power from: load the superior instrument, or confer again once that is in force; where there is none, withdraw the delegation."
message:
  zh: "“{item_name}”赋予{zone_name}，所依据的上级赋权{parent}{problem_zh}。"
  en: "{item_name} ({zone_name}) derives from {parent}, which {problem_en}."
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
            WHEN x.parent_no IS NULL THEN 'alarm'
            WHEN x.above_state <> '生效' AND x.ended_on IS NULL THEN 'alarm'
            WHEN x.known = 0 THEN 'manual'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       x.parent,
       CASE WHEN x.loaded = 0 THEN '未登记，授权机关是否具有该项权限须人工核实'
            WHEN x.parent_no IS NULL THEN '在该文件中不存在'
            WHEN x.above_state <> '生效' AND x.ended_on IS NULL
            THEN '从未生效（' || x.above_state || '）'
            ELSE '再往上的依据未登记，须人工核实' END AS problem_zh,
       CASE WHEN x.loaded = 0 THEN 'is not recorded: check whether the grantor has the power'
            WHEN x.parent_no IS NULL THEN 'its instrument does not confer'
            WHEN x.above_state <> '生效' AND x.ended_on IS NULL
            THEN 'never came into force (' || CASE x.above_state
              WHEN '尚未生效' THEN 'not yet in effect' WHEN '待签协议' THEN 'awaiting an agreement'
              WHEN '中止' THEN 'suspended' WHEN '委托届满' THEN 'expired'
              WHEN '已解除' THEN 'terminated' WHEN '已收回' THEN 'withdrawn'
              ELSE 'without what it derives from' END || ')'
            ELSE 'derives from what is not recorded: check it' END AS problem_en,
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
