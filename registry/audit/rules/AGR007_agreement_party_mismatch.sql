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
  zh: "协议{agreement}由{signed_by}与{zone_name}签订，涵盖“{item_name}”，该事项的主管部门为{responsible_zh}，签订方与该事项的主管部门或承接主体不符。"
  en: "Agreement {agreement}, signed by {signed_by} and {zone_name}, covers {item_name} of {responsible_en}: its parties are not the item’s department and zone."
since: 0.1.0
*/
SELECT a.instrument,
       'agreement-item' AS subject_type,
       a.number || '/' || i.id AS subject_id,
       i.id AS item,
       a.department,
       a.zone,
       CASE
         WHEN i.department IS NULL THEN 'manual'
         WHEN rightly.item_no IS NOT NULL THEN 'ok'
         ELSE 'alarm'
       END AS status,
       NULL AS due_on,
       a.number AS agreement,
       coalesce(a.department_name, gz.short_name) AS signed_by,
       coalesce(i.department, '未登记') AS responsible_zh,
       coalesce(i.department, 'no recorded department') AS responsible_en,
       -- who did sign has to answer as well
       coalesce(a.department, a.grantor_zone) AS also_owed_by,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
JOIN agreement_item AS ai ON ai.agreement = a.agreement_no
JOIN items AS i ON i.item_no = ai.item
LEFT JOIN (
  SELECT DISTINCT da.agreement_no AS agreement_no, d.item AS item_no
  FROM delegation_agreements AS da
  JOIN delegation AS d ON d.no = da.delegation_no
) AS rightly ON rightly.agreement_no = a.agreement_no AND rightly.item_no = ai.item
LEFT JOIN zone AS gz ON gz.id = a.grantor_zone
WHERE a.signed_on <= t.date
