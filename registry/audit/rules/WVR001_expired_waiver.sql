/*
code: WVR001
name: expired-waiver
title:
  zh: "豁免已过期"
  en: "Waiver expired"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "问题仍在的，由审批人重新审批；已解决的，从 waivers.yml 删除。"
  en: "If the finding still stands, have the waiver issued anew; else take it out of waivers.yml."
message:
  zh: "对{rule}（{subject}）的豁免已于{expires}到期，审批人{approver}。"
  en: "The waiver of {rule} for {subject}, approved by {approver}, ended on {expires}."
since: 0.1.0
*/
SELECT instrument,
       'waiver' AS subject_type,
       rule || '/' || subject AS subject_id,
       CASE WHEN issued > t.date THEN 'skip' WHEN expires < t.date THEN 'alarm' ELSE 'ok' END
         AS status,
       NULL AS due_on,
       rule,
       subject,
       approver,
       expires
FROM as_of AS t
CROSS JOIN waivers
