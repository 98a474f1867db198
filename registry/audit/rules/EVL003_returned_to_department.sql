/*
code: EVL003
name: returned-to-department
title:
  zh: "赋权事项回流市级部门"
  en: "Cases returned to the department"
severity: info
owed_by: [department, zone]
remedy:
  zh: "核实应由承接主体办理的事项由市级部门办理的原因，加强业务指导；承接主体不能承接的，按程序调整赋权方式或者收回。"
  en: "Find out why a department decides what the zone may decide, and guide the zone; where it can not take it on, adjust or withdraw the delegation."
message:
  zh: "“{item_name}”{from_on}至{to_on}由{zone_name}受理、当日可由其决定的{decided}件中，{returned}件由市级部门决定。"
  en: "{item_name}: of {decided} cases that {zone_name} accepted from {from_on} to {to_on} and might decide on the day, a department decided {returned}."
since: 0.2.0
each: cases
*/
WITH {evaluation_period},
counted AS (
  SELECT x.delegation_no AS delegation_no, count(DISTINCT x.case_no) AS decided,
         count(DISTINCT CASE WHEN a.department_no IS NOT NULL THEN x.case_no END) AS returned
  FROM period AS p
  JOIN case_delegations AS x ON x.on_day BETWEEN p.from_on AND p.to_on
  JOIN cases AS c ON c.case_no = x.case_no
  JOIN case_acts AS a ON a.case_no = x.case_no AND a.act = 'decide' AND a.on_day <= p.to_on
    AND (a.zone_no IS NOT NULL OR a.department_no IS NOT NULL)
  JOIN act_answers AS n ON n.zone_no = c.zone_no AND n.item_no = x.item_no AND n.act = 'decide'
    AND n.answer = 'yes' AND n.from_on <= a.on_day AND (n.to_on IS NULL OR n.to_on >= a.on_day)
  WHERE x.delegation_no IS NOT NULL
  GROUP BY x.delegation_no
)
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN p.whole = 0 OR c.decided IS NULL THEN 'skip'
            WHEN c.returned * 100 > :guidance_returned * c.decided THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       p.from_on,
       p.to_on,
       c.decided,
       c.returned,
       p.provenance
FROM period AS p
CROSS JOIN delegations AS d
LEFT JOIN counted AS c ON c.delegation_no = d.delegation_no
WHERE d.annex_role = 'delegated'
