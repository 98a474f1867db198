/*
code: CAL001
name: working-day-uncertain
title:
  zh: "工作日无法确定"
  en: "Working day uncertain"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "将国务院办公厅当年节假日安排写入 data/calendar/<年份>.yml。"
  en: "Write the State Council’s arrangement for the year into data/calendar/<year>.yml."
message:
  zh: "{subject_text}：日历未覆盖或尚未确定，工作日无法核算。"
  en: "{subject_text}: the calendar does not cover it, or not for certain; working days cannot be counted."
since: 0.1.0
*/
SELECT dd.instrument,
       'duty' AS subject_type,
       dd.duty AS subject_id,
       dd.due_on,
       CASE WHEN dd.due_on IS NULL THEN 'alarm'
            WHEN dd.certainty = 'provisional' THEN 'manual'
            ELSE 'ok' END AS status,
       dd.duty || ' ' || coalesce(dd.due_on, '') AS subject_text
FROM duty_deadlines AS dd
UNION ALL
SELECT ins.id,
       'date',
       'as-of',
       NULL,
       CASE WHEN w.date IS NULL THEN 'alarm'
            WHEN w.certainty = 'provisional' THEN 'manual'
            ELSE 'ok' END,
       t.date
FROM as_of AS t
CROSS JOIN instrument AS ins
LEFT JOIN workday AS w ON w.date = t.date
