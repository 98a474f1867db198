/*
code: EVL002
name: seldom-used
title:
  zh: "办件很少"
  en: "Seldom used"
severity: info
general: true
owed_by: [office, zone]
remedy:
  zh: "核实办件少的原因，必要时研究调整赋权方式或者加强宣传。"
  en: "Find out why there are so few cases; where needed, consider another mode, or make it known."
message:
  zh: "“{item_name}”（{zone_name}）{from_on}至{to_on}全期生效，办件仅{cases}件。"
  en: "{item_name} ({zone_name}) was in force from {from_on} to {to_on}, with {cases} cases."
since: 0.2.0
each: cases
*/
WITH period AS (
  -- whole: whether files of cases cover every day of the period
  SELECT :evaluated_from AS from_on, t.date AS to_on,
         CASE WHEN (
                SELECT count(*) FROM workday AS w WHERE w.date IN (:evaluated_from, t.date)
              ) = CASE WHEN :evaluated_from = t.date THEN 1 ELSE 2 END
              AND NOT EXISTS (
                SELECT 1 FROM workday AS w
                WHERE w.date BETWEEN :evaluated_from AND t.date AND NOT EXISTS (
                  SELECT 1 FROM platform_loads AS l
                  WHERE l.kind = 'cases' AND l.from_on <= w.date AND l.to_on >= w.date
                )
              ) THEN 1 ELSE 0 END AS whole,
         (SELECT min(l.provenance) FROM platform_loads AS l WHERE l.kind = 'cases') AS provenance
  FROM as_of AS t
),
counted AS (
  SELECT x.delegation_no AS delegation_no, count(*) AS cases
  FROM period AS p JOIN case_delegations AS x ON x.on_day BETWEEN p.from_on AND p.to_on
  WHERE x.delegation_no IS NOT NULL
  GROUP BY x.delegation_no
),
throughout AS (
  SELECT s.delegation_no AS delegation_no
  FROM period AS p
  JOIN standing AS s ON s.state = '生效' AND s.from_on <= p.from_on
    AND (s.to_on IS NULL OR s.to_on >= p.to_on)
)
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN p.whole = 0 OR d.initiation <> '依申请' OR u.delegation_no IS NULL THEN 'skip'
            WHEN c.cases IS NULL THEN 'skip' -- EVL001 tells of it
            WHEN c.cases < :seldom_cases THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       p.from_on,
       p.to_on,
       c.cases,
       p.provenance
FROM period AS p
CROSS JOIN delegations AS d
LEFT JOIN throughout AS u ON u.delegation_no = d.delegation_no
LEFT JOIN counted AS c ON c.delegation_no = d.delegation_no
WHERE d.annex_role = 'delegated'
