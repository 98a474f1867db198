/*
code: CSE002
name: act-before-agreement
title:
  zh: "签订委托协议前实施"
  en: "Act before the agreement"
severity: high
law: [L13, L14]
owed_by: [department, zone]
remedy:
  zh: "停止实施，尽快签订委托协议；协议签订前办理的，由委托部门审查并确认其效力。"
  en: "Stop, and sign the agreement; the department reviews what was done before it."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时委托协议尚未签订或者尚未生效：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month} before any agreement was in force; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH found AS MATERIALIZED (
  -- A case is one subject of each zone, and is found in every month in which an act was wrong.
  SELECT v.case_no AS case_no,
         v.item_no AS item_no,
         v.zone_no AS zone_no,
         substr(v.on_day, 1, 7) AS month,
         v.answer AS answer,
         min(v.answer_no) AS answer_no,
         CASE WHEN row_number() OVER (
                PARTITION BY v.case_no, v.zone_no ORDER BY v.answer, substr(v.on_day, 1, 7)
              ) = 1 THEN 1 ELSE 0 END AS subjects
  FROM case_verdicts AS v
  WHERE v.kind = 'before-agreement'
  GROUP BY v.case_no, v.item_no, v.zone_no, substr(v.on_day, 1, 7), v.answer
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
       x.discriminator,
       x.discriminator AS month,
       i.id AS item,
       z.id AS zone,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.case_number,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         NULL AS discriminator,
         'ok' AS status,
         k.cases AS subjects,
         NULL AS case_number,
         NULL AS provenance
  FROM zone_case_counts AS k
  UNION ALL -- what is found is taken off
  SELECT f.item_no, f.zone_no, NULL, 'ok', -sum(f.subjects), NULL, NULL
  FROM found AS f GROUP BY f.item_no, f.zone_no
  UNION ALL
  SELECT f.item_no,
         f.zone_no,
         f.month,
         CASE f.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END,
         f.subjects,
         c.number,
         l.provenance
  FROM found AS f
  JOIN case_record AS c ON c.no = f.case_no
  JOIN platform_load AS l ON l.no = c.load
  LEFT JOIN act_answers AS a ON a.no = f.answer_no
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = x.zone_no
