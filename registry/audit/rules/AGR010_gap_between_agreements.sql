/*
code: AGR010
name: gap-between-agreements
title:
  zh: "两份委托协议之间有空档"
  en: "Gap between two agreements"
severity: medium
owed_by: [department, zone]
remedy:
  zh: "核实空档期间有无以市级部门名义办理的事项，说明情况；日期登记有误的，更正台账。"
  en: "Find out what was done in the department’s name in the gap, and account for it; or correct the dates."
message:
  zh: "{zone_name}“{item_name}”的委托协议于{covered_until}终止，后一协议自{resumed_on}起生效，其间{gap_days}日没有协议。"
  en: "{item_name} ({zone_name}): the agreement ended on {covered_until} and the next took effect on {resumed_on}; {gap_days} days without one."
since: 0.2.0
*/
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN s.gap_days IS NULL THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       s.covered_until AS discriminator,
       s.covered_until,
       s.from_on AS resumed_on,
       s.gap_days,
       d.agreement_provenance AS provenance
FROM as_of AS t
CROSS JOIN agreement_stretches AS s
CROSS JOIN delegations AS d
LEFT JOIN (
  SELECT DISTINCT gap.delegation_no AS delegation_no
  FROM as_of AS day
  CROSS JOIN agreement_stretches AS gap
  WHERE gap.covered_until < day.date
) AS broken ON broken.delegation_no = d.delegation_no
WHERE d.delegation_no = s.delegation_no AND d.entrusts = 1
  AND (s.covered_until < t.date
       OR (s.gap_days IS NULL AND broken.delegation_no IS NULL))
