/*
code: SVC001
name: no-service-reduction
title:
  zh: "未见“减材料、减环节、减时限”记录"
  en: "No service reduction recorded"
severity: info
owed_by: [zone]
remedy:
  zh: "承接主体登记已压减的材料、环节、时限；暂无压减空间的，注明理由。"
  en: "The zone records what it reduced, or why nothing can be."
message:
  zh: "{zone_name}“{item_name}”没有减材料、减环节、减时限的记录。"
  en: "{item_name} ({zone_name}): no reduction of documents, steps or days is recorded."
since: 0.1.0
population: |
  SELECT (SELECT min(ins.id) FROM instrument AS ins WHERE ins.no = i.instrument) AS instrument,
         i.id AS item,
         (SELECT min(z.id) FROM zone AS z WHERE z.no = coalesce(p.zone_no, d.zone)) AS zone,
         1 AS subjects
  FROM current_periods AS p
  JOIN delegation AS d ON d.no = p.delegation_no
  JOIN item AS i ON i.no = d.item
  WHERE i.initiation = '依申请' AND p.held = 1
*/
-- Names by sub-selects: they are looked up for what is found, and not for all that is examined.
-- In two parts: an audit that wants none of what is ok does not go through the second.
SELECT (SELECT min(ins.id) FROM instrument AS ins WHERE ins.no = i.instrument) AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || (SELECT min(z.id) FROM zone AS z WHERE z.no = d.zone) AS subject_id,
       i.id AS item,
       (SELECT min(z.id) FROM zone AS z WHERE z.no = coalesce(p.zone_no, d.zone)) AS zone,
       'manual' AS status,
       NULL AS due_on
FROM current_periods AS p
JOIN delegation AS d ON d.no = p.delegation_no
JOIN item AS i ON i.no = d.item
WHERE i.initiation = '依申请' AND p.held = 1
  AND NOT EXISTS (
    SELECT 1 FROM service_reduction AS s
    WHERE s.item = d.item AND s.zone = coalesce(p.zone_no, d.zone) AND s.after < s.before
      AND s.voided_on IS NULL
  )
UNION ALL
SELECT (SELECT min(ins.id) FROM instrument AS ins WHERE ins.no = i.instrument) AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || (SELECT min(z.id) FROM zone AS z WHERE z.no = d.zone) AS subject_id,
       i.id AS item,
       (SELECT min(z.id) FROM zone AS z WHERE z.no = coalesce(p.zone_no, d.zone)) AS zone,
       'ok' AS status,
       NULL AS due_on
FROM current_periods AS p
JOIN delegation AS d ON d.no = p.delegation_no
JOIN item AS i ON i.no = d.item
WHERE i.initiation = '依申请' AND p.held = 1
  AND EXISTS (
    SELECT 1 FROM service_reduction AS s
    WHERE s.item = d.item AND s.zone = coalesce(p.zone_no, d.zone) AND s.after < s.before
      AND s.voided_on IS NULL
  )
