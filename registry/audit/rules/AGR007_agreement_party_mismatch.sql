/*
code: AGR007
name: agreement-party-mismatch
title:
  zh: "委托协议签订主体不符"
  en: "Agreement by the wrong party"
severity: high
owed_by: [department, zone]
remedy:
  zh: "由事项的主管部门与承接主体重新签订，或更正台账。"
  en: "Have the item’s own department sign with the zone, or correct the record."
message:
  zh: "协议{agreement}涵盖“{item_name}”，签订方与该事项的主管部门或承接主体不符。"
  en: "Agreement {agreement} covers {item_name}, but its parties are not the item’s department and zone."
since: 0.1.0
*/
SELECT a.instrument,
       'agreement-item' AS subject_type,
       a.number || '/' || i.id AS subject_id,
       i.id AS item,
       a.zone,
       CASE
         WHEN i.department IS NULL THEN 'manual'
         WHEN EXISTS (
           SELECT 1 FROM delegation_agreements AS da
           JOIN delegation AS d ON d.no = da.delegation_no
           WHERE da.agreement_no = a.agreement_no AND d.item = ai.item
         ) THEN 'ok'
         ELSE 'alarm'
       END AS status,
       NULL AS due_on,
       a.number AS agreement,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
JOIN agreement_item AS ai ON ai.agreement = a.agreement_no
JOIN items AS i ON i.item_no = ai.item
WHERE a.signed_on <= t.date
