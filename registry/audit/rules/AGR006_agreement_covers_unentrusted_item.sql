/*
code: AGR006
name: agreement-covers-unentrusted-item
title:
  zh: "委托协议涵盖非委托事项"
  en: "Agreement covers an item that is not entrusted"
severity: medium
owed_by: [department, zone]
remedy:
  zh: "将该事项移出协议，或核实其赋权方式。"
  en: "Take the item out of the agreement, or check its mode."
message:
  zh: "协议{agreement}涵盖“{item_name}”，其赋权方式为{mode}，并非委托。"
  en: "Agreement {agreement} covers {item_name}, whose mode is {mode}."
since: 0.1.0
*/
SELECT a.instrument,
       'agreement-item' AS subject_type,
       a.number || '/' || i.id AS subject_id,
       i.id AS item,
       a.zone,
       CASE WHEN i.entrusts = 1 THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       a.number AS agreement,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
JOIN agreement_item AS ai ON ai.agreement = a.agreement_no
JOIN items AS i ON i.item_no = ai.item
WHERE a.signed_on <= t.date
