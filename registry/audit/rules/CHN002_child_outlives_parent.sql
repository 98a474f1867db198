/*
code: CHN002
name: child-outlives-parent
title:
  zh: "上级赋权已失效，本级赋权仍未终止"
  en: "Delegation outlives what it derives from"
severity: high
law: [L5, L15]
owed_by: [office]
remedy:
  zh: "停止实施，按上级赋权的变化收回、中止本级赋权，或者取得新的上级依据后重新赋权。"
  en: "Stop exercising it; withdraw or suspend the delegation as what it derives from was, or confer it again on a new basis."
message:
  zh: "“{item_name}”仍赋予{zone_name}，所依据的上级赋权{parent}{problem_zh}。"
  en: "{item_name} is still conferred on {zone_name}; {parent}, from which it derives, {problem_en}."
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
            WHEN x.parent_no IS NULL THEN 'skip'
            WHEN x.above_state <> '生效' AND x.ended_on IS NULL THEN 'skip'
            WHEN x.above_state <> '生效' THEN 'alarm'
            WHEN x.known = 0 THEN 'manual'
            ELSE 'ok' END AS status,
       x.ended_on AS due_on,
       x.parent,
       CASE WHEN x.loaded = 0 THEN '未登记，是否仍然有效须人工核实'
            WHEN x.above_state = '生效' THEN '再往上的依据未登记，是否仍然有效须人工核实'
            ELSE '的有效期止于' || x.ended_on || '（' || x.above_state || '）' END AS problem_zh,
       CASE WHEN x.loaded = 0 THEN 'is not recorded: check whether it is in force'
            WHEN x.above_state = '生效'
            THEN 'derives from what is not recorded: check whether it is in force'
            ELSE 'was in force until ' || x.ended_on || ' (' || CASE x.above_state
              WHEN '尚未生效' THEN 'not yet in effect' WHEN '待签协议' THEN 'awaiting an agreement'
              WHEN '中止' THEN 'suspended' WHEN '委托届满' THEN 'expired'
              WHEN '已解除' THEN 'terminated' WHEN '已收回' THEN 'withdrawn'
              ELSE 'without what it derives from' END || ')' END AS problem_en,
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
