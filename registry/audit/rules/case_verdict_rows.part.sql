-- Acts of cases to which the answer is not yes, for the kind of reason that `wanted` names.
found AS MATERIALIZED (
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
  WHERE v.kind = (SELECT w.kind FROM wanted AS w)
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
       x.state AS state_zh,
       CASE x.state WHEN '委托届满' THEN 'had expired' WHEN '已解除' THEN 'had been terminated'
         WHEN '上级失效' THEN 'lacked what it derives from' WHEN '中止' THEN 'was suspended'
         ELSE 'had been withdrawn' END AS state_en,
       x.mode,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         CAST(NULL AS TEXT) AS discriminator,
         'ok' AS status,
         k.cases AS subjects,
         CAST(NULL AS TEXT) AS case_number,
         CAST(NULL AS TEXT) AS state,
         CAST(NULL AS TEXT) AS mode,
         CAST(NULL AS TEXT) AS provenance
  FROM zone_case_counts AS k
  UNION ALL -- what is found is taken off
  SELECT f.item_no, f.zone_no, NULL, 'ok', -sum(f.subjects), NULL, NULL, NULL, NULL
  FROM found AS f GROUP BY f.item_no, f.zone_no
  UNION ALL
  SELECT f.item_no,
         f.zone_no,
         f.month,
         CASE f.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END,
         f.subjects,
         c.number,
         a.state,
         a.mode,
         l.provenance
  FROM found AS f
  JOIN case_record AS c ON c.no = f.case_no
  JOIN platform_load AS l ON l.no = c.load
  LEFT JOIN act_answers AS a ON a.no = f.answer_no
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = x.zone_no
