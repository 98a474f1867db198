/*
code: INS001
name: effect-on-unknown-target
title:
  zh: "文件效力的对象未登记"
  en: "Effect on an unknown target"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "登记被调整的文件，或者更正效力所指的文件、事项、承接主体编号；文件确不在登记范围的，办理豁免并写明理由。"
  en: "Load the instrument that is changed, or correct the ids of instrument, items or delegates in its effects; where it is out of the registry's range, waive the finding and say why."
message:
  zh: "第{position}项效力（{kind}）{problem_zh}。"
  en: "Effect {position} ({kind}) {problem_en}."
since: 0.2.0
*/
WITH RECURSIVE part (effect_no, field, name, rest) AS (
  SELECT e.no, 'items', '', e.items || ';' FROM effect AS e
  UNION ALL
  SELECT e.no, 'delegates', '', e.delegates || ';' FROM effect AS e
  UNION ALL
  SELECT p.effect_no, p.field, substr(p.rest, 1, instr(p.rest, ';') - 1),
         substr(p.rest, instr(p.rest, ';') + 1)
  FROM part AS p
  WHERE p.rest <> ''
),
lacking AS (
  SELECT p.effect_no AS effect_no, p.name AS name
  FROM part AS p
  JOIN effect AS e ON e.no = p.effect_no
  JOIN instrument AS target ON target.id = e.target
  WHERE p.name NOT IN ('', 'all')
    AND NOT (p.field = 'delegates' AND EXISTS (SELECT 1 FROM zone AS z WHERE z.id = p.name))
    AND NOT (p.field = 'items' AND (
      EXISTS (SELECT 1 FROM item AS i WHERE i.instrument = target.no AND i.id = p.name)
      OR EXISTS (SELECT 1 FROM annex AS ax
                 WHERE ax.instrument = target.no AND 'annex:' || ax.annex = p.name)
    ))
)
SELECT ins.id AS instrument,
       'effect' AS subject_type,
       'effect:' || e.position AS subject_id,
       CASE WHEN target.no IS NULL THEN 'alarm'
            WHEN EXISTS (SELECT 1 FROM lacking AS l WHERE l.effect_no = e.no) THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       e.position,
       e.kind,
       CASE WHEN target.no IS NULL THEN '所指文件' || e.target || '未登记'
            ELSE '所指' || target.number || '中没有' || (
              SELECT group_concat(n.name, '、') FROM (
                SELECT DISTINCT l.name FROM lacking AS l WHERE l.effect_no = e.no ORDER BY l.name
              ) AS n) END AS problem_zh,
       CASE WHEN target.no IS NULL THEN 'is on ' || e.target || ', which is not recorded'
            ELSE 'names what ' || target.number || ' does not have: ' || (
              SELECT group_concat(n.name, ', ') FROM (
                SELECT DISTINCT l.name FROM lacking AS l WHERE l.effect_no = e.no ORDER BY l.name
              ) AS n) END AS problem_en,
       e.provenance
FROM as_of AS t
CROSS JOIN effect AS e
JOIN instrument AS ins ON ins.no = e.instrument
LEFT JOIN instrument AS target ON target.id = e.target
WHERE ins.issued_on <= t.date
