/*
code: EVL001
name: no-case-in-period
title:
  zh: "评估期内零办件"
  en: "No case in the period"
severity: info
general: true
owed_by: [office, zone]
remedy:
  zh: "核实零办件原因：确无需求的，研究调整赋权方式；群众不知晓的，加强宣传。零办件不等于没有承接能力，不作为收回的依据。"
  en: "Find out why: where nobody needs it, consider another mode; where nobody knows it, make it known. No demand is no incapacity, and no ground for withdrawal."
message:
  zh: "“{item_name}”（{zone_name}）{from_on}至{to_on}全期生效，没有办件。"
  en: "{item_name} ({zone_name}) was in force from {from_on} to {to_on}, and there was no case."
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
            WHEN c.cases IS NULL THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       p.from_on,
       p.to_on,
       p.provenance
FROM period AS p
CROSS JOIN delegations AS d
LEFT JOIN throughout AS u ON u.delegation_no = d.delegation_no
LEFT JOIN counted AS c ON c.delegation_no = d.delegation_no
WHERE d.annex_role = 'delegated'
