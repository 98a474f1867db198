/*
code: PER004
name: paper-says-given-platform-says-not
title:
  zh: "台账已开通而平台未开通"
  en: "Given on paper, not on the platform"
severity: high
owed_by: [department]
remedy:
  zh: "核实平台实际配置：确未开通的立即开通，台账登记有误的作废后重新登记。"
  en: "Look at the platform: where the access is lacking, open it now; where the record is wrong, void it and record anew."
message:
  zh: "台账载明{zone_name}“{item_name}”的{duty_name}已于{proven_on}完成，但平台上没有该主体对该事项的任何权限。"
  en: "By the ledger {duty_name_en} was done for {item_name} ({zone_name}) on {proven_on}; the platform gives the zone no permission for it at all."
since: 0.2.0
each: permissions
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       du.id AS discriminator,
       i.id AS item,
       z.id AS zone,
       CASE WHEN g.duty_no IS NOT NULL THEN 'skip'
            WHEN p.item_no IS NOT NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       CASE WHEN g.duty_no IS NULL THEN (
         SELECT min(pr.done_on) FROM proof AS pr
         WHERE pr.duty = s.duty_no AND pr.delegation = s.delegation_no
       ) END AS proven_on,
       du.name_zh AS duty_name,
       du.name_en AS duty_name_en,
       loaded.provenance
FROM as_of AS t
CROSS JOIN (SELECT min(p.provenance) AS provenance, min(p.loaded_on) AS loaded_on
            FROM permissions AS p) AS loaded
-- the duties of access on the platform: those that rest on a clause which names this rule
CROSS JOIN duty AS du
JOIN instrument AS ins ON ins.no = du.instrument
JOIN obligation_dues AS s ON s.duty_no = du.no
LEFT JOIN obligation_gap AS g
  ON g.duty_no = s.duty_no AND g.delegation_no = s.delegation_no AND g.met_on IS NULL
JOIN item AS i ON i.no = s.item_no
JOIN delegation AS d ON d.no = s.delegation_no
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = s.zone_no
LEFT JOIN (
  SELECT DISTINCT q.item_no AS item_no, q.zone_no AS zone_no
  FROM as_of AS day
  CROSS JOIN permissions AS q
  WHERE q.loaded_on <= day.date
) AS p ON p.item_no = s.item_no AND p.zone_no = s.zone_no
WHERE loaded.loaded_on <= t.date AND du.proof = 'deliverable' AND EXISTS (
  SELECT 1 FROM clause_rule AS r
  WHERE r.instrument = du.instrument AND r.code = :code
    AND instr(';' || du.clauses || ';', ';' || r.clause || ';') > 0
)
