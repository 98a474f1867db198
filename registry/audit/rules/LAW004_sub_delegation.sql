/*
code: LAW004
name: sub-delegation
title:
  zh: "受委托机关再行委托"
  en: "Sub-delegation"
severity: high
law: [L2]
owed_by: [zone]
remedy:
  zh: "依据行政许可法第二十四条，受委托机关不得再委托；撤销该协议。"
  en: "行政许可法 art. 24: no sub-delegation; revoke the agreement."
message:
  zh: "协议{subject_id}由{grantor}授予，受委托机关不得再委托。"
  en: "Agreement {subject_id} was granted by {grantor}; a delegate may not delegate further."
since: 0.1.0
*/
SELECT instrument,
       'agreement' AS subject_type,
       number AS subject_id,
       department,
       coalesce(grantor_zone, zone) AS zone,
       CASE WHEN grantor_zone IS NULL THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       coalesce(grantor_zone, department) AS grantor,
       provenance
FROM as_of AS t
CROSS JOIN agreements
WHERE signed_on <= t.date
