/*
code: AGR003
name: incomplete-agreement
title:
  zh: "委托协议要件不全"
  en: "Agreement lacks a required term"
severity: medium
clauses: [C11]
owed_by: [department, zone]
remedy:
  zh: "补充协议，写明所缺要件，并更新台账。"
  en: "Supplement the agreement with the terms that it lacks; update the record."
message:
  zh: "协议{subject_id}缺少：{lacks_text}。"
  en: "Agreement {subject_id} lacks: {lacks_text}."
since: 0.1.0
*/
SELECT instrument,
       'agreement' AS subject_type,
       number AS subject_id,
       department,
       zone,
       CASE WHEN contains IS NULL THEN 'manual' WHEN lacks IS NULL THEN 'ok' ELSE 'alarm' END
         AS status,
       NULL AS due_on,
       coalesce(lacks, '') AS lacks_text,
       provenance
FROM as_of AS t
CROSS JOIN agreements
WHERE signed_on <= t.date
