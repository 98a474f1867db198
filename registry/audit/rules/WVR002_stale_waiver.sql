/*
code: WVR002
name: stale-waiver
title:
  zh: "豁免已无对应问题"
  en: "Waiver without a finding"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "问题已不存在，从 waivers.yml 删除该豁免。"
  en: "The finding is gone: take the waiver out of waivers.yml."
message:
  zh: "对{rule}（{subject}）的豁免没有对应的问题。"
  en: "The waiver of {rule} for {subject} marks no finding."
since: 0.1.0
*/
SELECT instrument,
       'waiver' AS subject_type,
       rule || '/' || subject AS subject_id,
       CASE WHEN evaluated = 0 OR issued > t.date OR expires < t.date THEN 'skip'
            WHEN matched = 1 THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       rule,
       subject
FROM as_of AS t
CROSS JOIN waivers
