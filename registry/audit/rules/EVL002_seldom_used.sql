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
WITH {evaluation_period},
{evaluation_use}
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
