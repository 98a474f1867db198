/*
code: REQ001
name: unanswered-guidance-request
title:
  zh: "指导需求未及时回应"
  en: "Guidance request unanswered"
severity: medium
owed_by: [department]
remedy:
  zh: "主管部门尽快回应，将回应日期登记入台账。"
  en: "The department answers, and the date is recorded."
message:
  zh: "{department_name}未回应{zone_name}于{raised_on}提出的指导需求（{kind}），应于{due_on}前回应，{overdue}。"
  en: "{department_name} has not answered the request of {zone_name} of {raised_on} ({kind}); due {due_on}, {overdue}."
since: 0.1.0
*/
SELECT g.instrument,
       'guidance-request' AS subject_type,
       g.zone || '/' || g.department || '/' || g.kind || '/' || g.raised_on AS subject_id,
       g.zone,
       g.department,
       CASE WHEN g.answered_on <= t.date THEN 'ok'
            WHEN due.date IS NULL THEN 'manual'
            WHEN t.date <= due.date THEN 'pending'
            ELSE 'alarm' END AS status,
       due.date AS due_on,
       g.kind,
       g.raised_on,
       g.provenance
FROM as_of AS t
CROSS JOIN guidance_requests AS g
LEFT JOIN workday AS raised ON raised.date = g.raised_on
LEFT JOIN working_period_ends AS due ON due.ordinal = raised.ordinal + :answer_days
WHERE g.raised_on <= t.date
