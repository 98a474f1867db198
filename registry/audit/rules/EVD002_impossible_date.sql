/*
code: EVD002
name: impossible-date
title:
  zh: "日期不合常理"
  en: "Impossible date"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "核对原件，更正台账中的日期。"
  en: "Check the original, and correct the date."
message:
  zh: "{kind}{subject_id}：{what_zh}。"
  en: "{kind} {subject_id}: {what_en}."
since: 0.1.0
*/
SELECT a.instrument,
       'agreement' AS subject_type,
       a.number AS subject_id,
       a.zone,
       CASE WHEN a.signed_on < ins.issued_on OR a.effective_on < a.signed_on
              OR a.expires_on < coalesce(a.effective_on, a.signed_on) THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       '协议' AS kind,
       CASE WHEN a.signed_on < ins.issued_on THEN '早于文件印发日'
            WHEN a.effective_on < a.signed_on THEN '生效早于签订'
            ELSE '届满早于生效' END AS what_zh,
       CASE WHEN a.signed_on < ins.issued_on THEN 'signed before the notice was issued'
            WHEN a.effective_on < a.signed_on THEN 'effective before it was signed'
            ELSE 'expires before it is effective' END AS what_en,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
JOIN instrument AS ins ON ins.id = a.instrument
WHERE a.signed_on <= t.date
UNION ALL
SELECT dv.instrument,
       'deliverable',
       dv.duty || '/' || coalesce(dv.zone, '*') || '/' || dv.done_on || '/' || dv.covers,
       dv.zone,
       CASE WHEN dv.done_on < ins.issued_on THEN 'alarm' ELSE 'ok' END,
       NULL,
       '佐证',
       '早于文件印发日',
       'dated before the notice was issued',
       dv.provenance
FROM as_of AS t
CROSS JOIN deliverables AS dv
JOIN instrument AS ins ON ins.id = dv.instrument
WHERE dv.done_on <= t.date
UNION ALL
SELECT g.instrument,
       'guidance-request',
       g.zone || '/' || g.department || '/' || g.kind || '/' || g.raised_on,
       g.zone,
       CASE WHEN g.raised_on < ins.issued_on OR g.answered_on < g.raised_on THEN 'alarm'
            ELSE 'ok' END,
       NULL,
       '指导需求',
       CASE WHEN g.raised_on < ins.issued_on THEN '早于文件印发日' ELSE '回应早于提出' END,
       CASE WHEN g.raised_on < ins.issued_on THEN 'raised before the notice was issued'
            ELSE 'answered before it was raised' END,
       g.provenance
FROM as_of AS t
CROSS JOIN guidance_requests AS g
JOIN instrument AS ins ON ins.id = g.instrument
WHERE g.raised_on <= t.date
