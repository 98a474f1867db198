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
  -- acts that agreements in force name
  SELECT DISTINCT g.delegation_no AS delegation_no, named.id AS act
  FROM as_of AS t
  CROSS JOIN agreement AS a
  JOIN agreement_days AS g ON g.agreement_no = a.no
  JOIN act AS named ON instr(';' || a.acts || ';', ';' || named.name || ';') > 0
  WHERE a.acts IS NOT NULL AND g.from_on <= t.date AND (g.to_on IS NULL OR g.to_on >= t.date)
),
own AS MATERIALIZED (
  SELECT x.delegation_no AS delegation_no,
         r.act AS act,
         CASE WHEN r.by_agreement = 1 AND g.act IS NOT NULL THEN 'yes' ELSE r.answer END AS answer
  FROM derivations AS x
  CROSS JOIN delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN act_rule AS r ON r.instrument = x.instrument_no AND r.mode = x.mode
  LEFT JOIN act_rule AS s -- of that type of power alone
    ON s.instrument = r.instrument AND s.mode = r.mode AND s.act = r.act
    AND s.power_type = i.power_type
  LEFT JOIN agreed AS g ON g.delegation_no = x.delegation_no AND g.act = r.act
  WHERE d.no = x.delegation_no
    AND (r.power_type = i.power_type OR (r.power_type = '' AND s.act IS NULL))
),
given AS MATERIALIZED (
  SELECT x.delegation_no AS delegation_no,
         r.act AS act,
         CASE WHEN r.by_agreement = 1 AND g.act IS NOT NULL THEN 'yes' ELSE r.answer END AS answer
  FROM derivations AS x
  CROSS JOIN delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN act_rule AS r ON r.instrument = x.above_instrument_no AND r.mode = x.above_mode
  LEFT JOIN act_rule AS s -- of that type of power alone
    ON s.instrument = r.instrument AND s.mode = r.mode AND s.act = r.act
    AND s.power_type = i.power_type
  LEFT JOIN agreed AS g ON g.delegation_no = x.parent_no AND g.act = r.act
  WHERE d.no = x.parent_no
    AND (r.power_type = i.power_type OR (r.power_type = '' AND s.act IS NULL))
),
compared AS MATERIALIZED (
  SELECT o.delegation_no AS delegation_no,
         o.act AS act,
         CASE g.answer WHEN 'yes' THEN 'ok' WHEN 'no' THEN 'alarm' ELSE 'manual' END AS status
  FROM own AS o
  LEFT JOIN given AS g ON g.delegation_no = o.delegation_no AND g.act = o.act
  WHERE o.answer = 'yes'
),
tally AS (
  SELECT o.delegation_no AS delegation_no,
         max(CASE c.status WHEN 'alarm' THEN 2 WHEN 'manual' THEN 1 ELSE 0 END) AS worst
  FROM own AS o
  LEFT JOIN compared AS c ON c.delegation_no = o.delegation_no AND c.act = o.act
  GROUP BY o.delegation_no
),
told AS (
  SELECT c.delegation_no AS delegation_no,
         c.status AS status,
         group_concat(a.name, '、') OVER every AS acts_zh,
         group_concat(a.name_en, ', ') OVER every AS acts_en,
         row_number() OVER (PARTITION BY c.delegation_no, c.status ORDER BY a.position) AS place
  FROM compared AS c
  JOIN act AS a ON a.id = c.act
  WINDOW every AS (
    PARTITION BY c.delegation_no, c.status ORDER BY a.position
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
),
judged AS (
  SELECT r.delegation_no AS delegation_no, r.status AS status, n.acts_zh AS acts_zh,
         n.acts_en AS acts_en
  FROM (
    SELECT x.delegation_no AS delegation_no,
           CASE WHEN x.held = 0 THEN 'skip'
                WHEN x.loaded = 0 THEN 'manual'
                WHEN x.above_mode IS NULL THEN 'skip'
                WHEN y.worst = 2 THEN 'alarm'
                WHEN y.worst = 0 THEN 'ok'
                ELSE 'manual' END AS status -- also where the own acts are not stated
    FROM derivations AS x
    LEFT JOIN tally AS y ON y.delegation_no = x.delegation_no
  ) AS r
  LEFT JOIN told AS n
    ON n.delegation_no = r.delegation_no AND n.status = r.status AND n.place = 1
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
