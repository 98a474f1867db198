/*
code: EVL004
name: finding-rate-high
title:
  zh: "办件问题率偏高"
  en: "Many cases with findings"
severity: info
general: true
owed_by: [department, zone]
remedy:
  zh: "分析问题成因，由市级部门加强业务指导和监督；整改后仍然偏高的，按程序研究收回。"
  en: "Find out why, and have the department guide and supervise the zone; where it stays so, consider withdrawal."
message:
  zh: "“{item_name}”（{zone_name}）{from_on}至{to_on}办件{cases}件，越权或者超期{wrong}件，超过每千件{guidance_findings}件。"
  en: "{item_name} ({zone_name}): of {cases} cases from {from_on} to {to_on}, {wrong} were without authority or late, more than {guidance_findings} a thousand."
since: 0.2.0
each: cases
*/
WITH {evaluation_period},
wrong AS (
  SELECT v.case_no AS case_no FROM case_verdicts AS v WHERE v.answer = 'no'
  UNION
  SELECT x.case_no
  FROM case_days AS x
  JOIN cases AS c ON c.case_no = x.case_no
  LEFT JOIN item AS i ON i.no = c.item_no
  LEFT JOIN legal_limit AS l ON l.power_type = i.power_type
  WHERE x.over > 0
     OR CASE l.unit WHEN 'working' THEN x.worked ELSE x.passed END
        > l.amount + CASE x.extended WHEN 1 THEN l.extension ELSE 0 END
),
counted AS (
  SELECT x.delegation_no AS delegation_no, count(*) AS cases, count(w.case_no) AS wrong
  FROM period AS p
  JOIN case_delegations AS x ON x.on_day BETWEEN p.from_on AND p.to_on
  LEFT JOIN wrong AS w ON w.case_no = x.case_no
  WHERE x.delegation_no IS NOT NULL
  GROUP BY x.delegation_no
)
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN p.whole = 0 OR c.cases IS NULL THEN 'skip'
            WHEN c.wrong * 1000 > :guidance_findings * c.cases THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       p.from_on,
       p.to_on,
       c.cases,
       c.wrong,
       :guidance_findings AS guidance_findings,
       p.provenance
FROM period AS p
CROSS JOIN delegations AS d
LEFT JOIN counted AS c ON c.delegation_no = d.delegation_no
WHERE d.annex_role = 'delegated'
