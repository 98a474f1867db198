/*
code: CHN005
name: entrusted-on
title:
  zh: "受委托取得的权限再行委托"
  en: "Entrusted power entrusted on"
severity: high
law: [L2, L3, L15]
owed_by: [office, zone]
remedy:
  zh: "停止再委托：由原委托机关直接委托，或者收回本级赋权。"
  en: "End the sub-delegation: have the first grantor entrust directly, or withdraw the delegation."
message:
  zh: "“{item_name}”以{own_mode}赋予{zone_name}，上级赋权{parent}{problem_zh}。"
  en: "{item_name} is entrusted to {zone_name} ({own_mode}); {parent}, from which it derives, {problem_en}."
since: 0.2.0
each: derivations
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       i.id AS item,
       z.id AS zone,
       CASE WHEN x.held = 0 OR m.entrusts = 0 THEN 'skip'
            WHEN x.loaded = 0 THEN 'manual'
            WHEN x.above_mode IS NULL THEN 'skip'
            WHEN given.entrusts = 1 THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       x.parent,
       x.mode AS own_mode,
       CASE WHEN x.loaded = 0 THEN '未登记，是否为受委托取得须人工核实'
            ELSE '为受委托取得（' || x.above_mode || '），不得再委托' END AS problem_zh,
       CASE WHEN x.loaded = 0 THEN 'is not recorded: check whether it was entrusted'
            ELSE 'was itself entrusted (' || x.above_mode || ') and may not be entrusted on'
       END AS problem_en,
       above.provenance
FROM derivations AS x
CROSS JOIN delegation AS d
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = coalesce(x.zone_no, d.zone)
LEFT JOIN delegation AS up ON up.no = x.parent_no
LEFT JOIN item AS above ON above.no = up.item
JOIN mode AS m ON m.instrument = x.instrument_no AND m.name = x.mode
LEFT JOIN mode AS given ON given.instrument = x.above_instrument_no AND given.name = x.above_mode
WHERE d.no = x.delegation_no
