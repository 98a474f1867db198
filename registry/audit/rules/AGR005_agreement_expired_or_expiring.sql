/*
code: AGR005
name: agreement-expired-or-expiring
title:
  zh: "委托协议已届满或即将届满"
  en: "Agreement expired or expiring"
severity: medium
clauses: [C10]
owed_by: [department, zone]
remedy:
  zh: "续签协议，或收回委托并停止以部门名义实施。"
  en: "Renew the agreement, or end the entrustment."
message:
  zh: "{zone_name}“{item_name}”的委托协议于{expires_on}{ending_zh}，未见续签。"
  en: "{item_name} ({zone_name}): the agreement {ending_en} on {expires_on}, and there is no successor."
since: 0.1.0
*/
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN d.conferred = 0 THEN 'skip'
            WHEN a.last_on IS NULL OR a.last_on > :expiring_by THEN 'ok'
            ELSE 'alarm' END AS status,
       a.last_on AS due_on,
       a.last_on AS expires_on,
       CASE WHEN d.agreement_status = '已解除' THEN '解除' ELSE '届满' END AS ending_zh,
       CASE WHEN d.agreement_status = '已解除' THEN 'was terminated' ELSE 'ends' END AS ending_en,
       a.provenance
FROM delegations AS d
JOIN agreement_state AS a ON a.delegation_no = d.delegation_no
WHERE a.agreement_no IS NOT NULL
