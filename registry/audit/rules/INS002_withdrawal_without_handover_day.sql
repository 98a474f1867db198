/*
code: INS002
name: withdrawal-without-handover-day
title:
  zh: "收回权限未明确交接日"
  en: "Withdrawal without a handover day"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "明确交接日和在办事项由谁办结，登记 handover_on、transition；交接日与生效日为同一日的，同样登记。"
  en: "Settle the handover day and who finishes pending cases, and record handover_on and transition, also where the handover is on the day of effect."
message:
  zh: "第{position}项效力自{effective_on}起收回{target_number}的权限，未明确交接日{transition_zh}。"
  en: "Effect {position} withdraws powers of {target_number} from {effective_on} on, and states no handover day{transition_en}."
since: 0.2.0
*/
SELECT ins.id AS instrument,
       'effect' AS subject_type,
       'effect:' || e.position AS subject_id,
       CASE WHEN e.handover_on IS NULL THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on,
       e.position,
       e.effective_on,
       coalesce(target.number, e.target) AS target_number,
       CASE WHEN e.transition = 'unstated' THEN '，也未明确在办事项由谁办结' ELSE '' END
         AS transition_zh,
       CASE WHEN e.transition = 'unstated' THEN ', nor who finishes pending cases' ELSE '' END
         AS transition_en,
       e.provenance
FROM as_of AS t
CROSS JOIN effect AS e
JOIN instrument AS ins ON ins.no = e.instrument
LEFT JOIN instrument AS target ON target.id = e.target
WHERE e.kind = 'withdraws' AND ins.issued_on <= t.date
