/*
code: AGR005
name: agreement-expired-or-expiring
title:
  zh: "委托协议已届满或即将届满"
  en: "Agreement expired or expiring"
severity: medium
owed_by: [department, zone]
remedy:
  zh: "续签协议，或收回委托并停止以部门名义实施。"
  en: "Renew the agreement, or end the entrustment."
message:
  zh: "{zone_name}“{item_name}”的委托协议于{expires_on}届满，未见续签。"
  en: "{item_name} ({zone_name}): the agreement ends on {expires_on}, and there is no successor."
since: 0.1.0
*/
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN a.last_day = '9999-12-31' OR a.last_day > :expiring_by THEN 'ok' ELSE 'alarm' END
         AS status,
       a.last_day AS due_on,
       a.last_day AS expires_on
FROM delegations AS d
JOIN (
  SELECT delegation_no, max(coalesce(expires_on, '9999-12-31')) AS last_day
  FROM as_of AS t
  CROSS JOIN delegation_agreements
  WHERE signed_on <= t.date
  GROUP BY delegation_no
) AS a ON a.delegation_no = d.delegation_no
WHERE d.entrusts = 1
