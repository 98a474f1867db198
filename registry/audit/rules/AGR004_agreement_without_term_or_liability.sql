/*
code: AGR004
name: agreement-without-term-or-liability
title:
  zh: "委托协议未写明期限或法律责任"
  en: "Agreement without term or liability"
severity: low
owed_by: [department, zone]
remedy:
  zh: "建议补充协议，写明委托期限和法律责任。"
  en: "Advisable: add the term and the legal liability to the agreement."
message:
  zh: "协议{subject_id}未写明：{lacks_text}（建议内容，文件未作要求）。"
  en: "Agreement {subject_id} does not state: {lacks_text} (advisable; the instrument does not ask for it)."
since: 0.1.0
*/
SELECT instrument,
       'agreement' AS subject_type,
       number AS subject_id,
       department,
       zone,
       CASE WHEN contains IS NULL THEN 'manual' WHEN lacks_advisable IS NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       coalesce(lacks_advisable, '') AS lacks_text,
       provenance
FROM as_of AS t
CROSS JOIN agreements
WHERE signed_on <= t.date
