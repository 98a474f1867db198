/*
code: AGR008
name: agreement-not-filed
title:
  zh: "委托协议未备案"
  en: "Agreement not filed"
severity: medium
clauses: [L4]
owed_by: [department]
remedy:
  zh: "将协议报法制机构备案，登记备案日期。备案要求依据《山东省行政程序规定》第十六条的摘录理解，期限为本系统设定，须与原文核对。"
  en: "File the agreement with the legal office, and record the day. The requirement is read from an excerpt of 山东省行政程序规定 art. 16, and the period is ours: check both against the full text."
message:
  zh: "协议{subject_id}未见备案记录，应于{due_on}前备案，{overdue}。"
  en: "No filing of agreement {subject_id} is recorded; due {due_on}, {overdue}."
since: 0.2.0
*/
SELECT a.instrument,
       'agreement' AS subject_type,
       a.number AS subject_id,
       a.department,
       a.zone,
       CASE WHEN a.department IS NULL THEN 'skip'
            WHEN a.filed_on <= t.date THEN 'ok'
            WHEN due.date IS NULL THEN 'manual'
            WHEN t.date <= due.date THEN 'pending'
            ELSE 'alarm' END AS status,
       due.date AS due_on,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
LEFT JOIN workday AS signed ON signed.date = a.signed_on
LEFT JOIN working_period_ends AS due ON due.ordinal = signed.ordinal + :filing_days
WHERE a.signed_on <= t.date
