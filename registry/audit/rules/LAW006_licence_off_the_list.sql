/*
code: LAW006
name: licence-off-the-list
title:
  zh: "清单之外的行政许可"
  en: "Licence off the list"
severity: medium
law: [L29]
owed_by: [department]
remedy:
  zh: "依据优化营商环境条例第四十条，核对许可事项的名称和基本编码；确不在清单内的，不得实施，由市级部门报请调整清单或收回。"
  en: "优化营商环境条例 art. 40: check name and basic code of the licence; one that is on no list may not be required: have the list amended, or withdraw the item."
message:
  zh: "{problem_zh}"
  en: "{problem_en}"
since: 0.2.0
*/
WITH current AS MATERIALIZED (
  SELECT x.name_key AS name_key, x.basic_code AS basic_code
  FROM as_of AS t
  CROSS JOIN licences AS x
  WHERE x.from_on IS NULL OR x.from_on <= t.date
),
listed AS MATERIALIZED (
  SELECT i.no AS item_no FROM item AS i JOIN current AS c ON c.name_key = i.name_key
  UNION
  SELECT i.no FROM item AS i JOIN current AS c ON c.basic_code = i.basic_code
)
SELECT i.instrument,
       'item' AS subject_type,
       i.id AS subject_id,
       i.id AS item,
       CASE WHEN i.annex_role = 'withdrawn' THEN 'skip'
            -- what is part of a listed licence is on the list with it
            WHEN l.item_no IS NOT NULL OR above.item_no IS NOT NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       '“' || i.name || '”属行政许可，不在已载入的许可事项清单之内。' AS problem_zh,
       i.name || ' is a licence that none of the lists taken in has.' AS problem_en
FROM items AS i
CROSS JOIN (SELECT count(*) AS licences FROM current) AS known
LEFT JOIN listed AS l ON l.item_no = i.item_no
LEFT JOIN item AS own ON own.no = i.item_no
LEFT JOIN listed AS above ON above.item_no = own.parent
WHERE i.power_type = '行政许可' AND known.licences > 0
UNION ALL
SELECT ins.id,
       'instrument',
       ins.id,
       NULL,
       'manual',
       NULL,
       '尚未载入许可事项清单，' || ins.number || '的' || CAST(n.licences AS TEXT)
         || '项行政许可是否在清单之内须人工核实。',
       'No list of licences was taken in: check by hand whether the ' || CAST(n.licences AS TEXT)
         || ' licences of ' || ins.number || ' are on it.'
FROM (
  SELECT i.instrument AS instrument_no, count(*) AS licences
  FROM item AS i
  JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
  WHERE i.power_type = '行政许可' AND ax.role <> 'withdrawn'
  GROUP BY i.instrument
) AS n
JOIN instrument AS ins ON ins.no = n.instrument_no
CROSS JOIN (SELECT count(*) AS licences FROM current) AS known
WHERE known.licences = 0
