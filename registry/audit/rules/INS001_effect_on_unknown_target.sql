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
WITH lacking AS (
  SELECT DISTINCT n.effect_no AS effect_no, n.name AS name
  FROM effect_names AS n
  JOIN effect AS e ON e.no = n.effect_no
  JOIN instrument AS target ON target.id = e.target
  LEFT JOIN zone AS z ON n.field = 'delegates' AND z.id = n.name
  LEFT JOIN item AS i ON n.field = 'items' AND i.instrument = target.no AND i.id = n.name
  LEFT JOIN annex AS ax
    ON n.field = 'items' AND ax.instrument = target.no AND 'annex:' || ax.annex = n.name
  WHERE n.name <> 'all' AND z.no IS NULL AND i.no IS NULL AND ax.annex IS NULL
),
told AS (
  SELECT l.effect_no AS effect_no,
         group_concat(l.name, '、') OVER every AS names_zh,
         group_concat(l.name, ', ') OVER every AS names_en,
         row_number() OVER (PARTITION BY l.effect_no ORDER BY l.name) AS place
  FROM lacking AS l
  WINDOW every AS (
    PARTITION BY l.effect_no ORDER BY l.name
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
)
SELECT ins.id AS instrument,
       'effect' AS subject_type,
       'effect:' || e.position AS subject_id,
       CASE WHEN target.no IS NULL THEN 'alarm'
            WHEN l.effect_no IS NOT NULL THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       e.position,
       e.kind,
       CASE WHEN target.no IS NULL THEN '所指文件' || e.target || '未登记'
            ELSE '所指' || target.number || '中没有' || l.names_zh END AS problem_zh,
       CASE WHEN target.no IS NULL THEN 'is on ' || e.target || ', which is not recorded'
            ELSE 'names what ' || target.number || ' does not have: ' || l.names_en END AS problem_en,
       e.provenance
FROM as_of AS t
CROSS JOIN effect AS e
JOIN instrument AS ins ON ins.no = e.instrument
LEFT JOIN instrument AS target ON target.id = e.target
LEFT JOIN told AS l ON l.effect_no = e.no AND l.place = 1
WHERE ins.issued_on <= t.date
