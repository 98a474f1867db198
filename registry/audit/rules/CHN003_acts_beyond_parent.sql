/*
code: CHN003
name: acts-beyond-parent
title:
  zh: "赋权环节超出上级赋权"
  en: "Acts beyond what it derives from"
severity: high
law: [L5, L15]
owed_by: [office]
remedy:
  zh: "按上级赋权的方式和环节调整本级赋权；上级文件未载明环节的，向上级核实后补登。"
  en: "Bring mode and acts of the delegation within those of what it derives from; where that does not state them, ask the superior and record the answer."
message:
  zh: "“{item_name}”以{own_mode}赋予{zone_name}，上级赋权{parent}{problem_zh}。"
  en: "{item_name} is conferred on {zone_name} as {own_mode}; {parent} {problem_en}."
since: 0.2.0
each: derivations
*/
WITH agreed AS MATERIALIZED (
  SELECT g.delegation_no AS delegation_no, ';' || a.acts || ';' AS acts
  FROM as_of AS t
  CROSS JOIN agreement AS a
  JOIN agreement_days AS g ON g.agreement_no = a.no
  WHERE a.acts IS NOT NULL AND g.from_on <= t.date AND (g.to_on IS NULL OR g.to_on >= t.date)
),
own AS MATERIALIZED (
  SELECT x.delegation_no AS delegation_no,
         r.act AS act,
         CASE WHEN r.by_agreement = 1 AND EXISTS (
                SELECT 1 FROM agreed AS g JOIN act AS named ON named.id = r.act
                WHERE g.delegation_no = x.delegation_no AND g.acts LIKE '%;' || named.name || ';%'
              ) THEN 'yes' ELSE r.answer END AS answer
  FROM derivations AS x
  CROSS JOIN delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN act_rule AS r ON r.instrument = x.instrument_no AND r.mode = x.mode
  WHERE d.no = x.delegation_no AND (r.power_type = i.power_type OR (r.power_type = '' AND NOT EXISTS (
    SELECT 1 FROM act_rule AS s
    WHERE s.instrument = r.instrument AND s.mode = r.mode AND s.act = r.act
      AND s.power_type = i.power_type
  )))
),
given AS MATERIALIZED (
  SELECT x.delegation_no AS delegation_no,
         r.act AS act,
         CASE WHEN r.by_agreement = 1 AND EXISTS (
                SELECT 1 FROM agreed AS g JOIN act AS named ON named.id = r.act
                WHERE g.delegation_no = x.parent_no AND g.acts LIKE '%;' || named.name || ';%'
              ) THEN 'yes' ELSE r.answer END AS answer
  FROM derivations AS x
  CROSS JOIN delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN act_rule AS r ON r.instrument = x.above_instrument_no AND r.mode = x.above_mode
  WHERE d.no = x.parent_no AND (r.power_type = i.power_type OR (r.power_type = '' AND NOT EXISTS (
    SELECT 1 FROM act_rule AS s
    WHERE s.instrument = r.instrument AND s.mode = r.mode AND s.act = r.act
      AND s.power_type = i.power_type
  )))
),
compared AS MATERIALIZED (
  SELECT o.delegation_no AS delegation_no,
         o.act AS act,
         CASE g.answer WHEN 'yes' THEN 'ok' WHEN 'no' THEN 'alarm' ELSE 'manual' END AS status
  FROM own AS o
  LEFT JOIN given AS g ON g.delegation_no = o.delegation_no AND g.act = o.act
  WHERE o.answer = 'yes'
),
judged AS (
  SELECT r.delegation_no AS delegation_no,
         r.status AS status,
         (SELECT group_concat(n.name, '、') FROM (
            SELECT a.name FROM compared AS c JOIN act AS a ON a.id = c.act
            WHERE c.delegation_no = r.delegation_no AND c.status = r.status ORDER BY a.position
          ) AS n) AS acts_zh,
         (SELECT group_concat(n.name_en, ', ') FROM (
            SELECT a.name_en FROM compared AS c JOIN act AS a ON a.id = c.act
            WHERE c.delegation_no = r.delegation_no AND c.status = r.status ORDER BY a.position
          ) AS n) AS acts_en
  FROM (
    SELECT x.delegation_no AS delegation_no,
           CASE WHEN x.held = 0 THEN 'skip'
                WHEN x.loaded = 0 THEN 'manual'
                WHEN x.above_mode IS NULL THEN 'skip'
                WHEN EXISTS (SELECT 1 FROM compared AS c
                             WHERE c.delegation_no = x.delegation_no AND c.status = 'alarm')
                THEN 'alarm'
                WHEN EXISTS (SELECT 1 FROM compared AS c
                             WHERE c.delegation_no = x.delegation_no AND c.status = 'manual')
                  OR NOT EXISTS (SELECT 1 FROM own AS o WHERE o.delegation_no = x.delegation_no)
                THEN 'manual'
                ELSE 'ok' END AS status
    FROM derivations AS x
  ) AS r
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       i.id AS item,
       z.id AS zone,
       j.status,
       NULL AS due_on,
       x.parent,
       x.mode AS own_mode,
       CASE WHEN x.loaded = 0 THEN '未登记，环节是否超出须人工核实'
            WHEN j.status = 'alarm' THEN '（' || x.above_mode || '）不包括' || j.acts_zh
            WHEN j.acts_zh IS NULL THEN '的环节无法比对：本级未载明环节'
            ELSE '（' || x.above_mode || '）是否包括' || j.acts_zh || '未载明' END AS problem_zh,
       CASE WHEN x.loaded = 0 THEN 'is not recorded: check the acts'
            WHEN j.status = 'alarm'
            THEN '(' || x.above_mode || ') does not include to ' || j.acts_en
            WHEN j.acts_en IS NULL THEN 'leaves nothing to compare: the acts of ' || x.mode || ' are not stated'
            ELSE '(' || x.above_mode || ') does not state whether it includes to ' || j.acts_en
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
JOIN judged AS j ON j.delegation_no = x.delegation_no
WHERE d.no = x.delegation_no
