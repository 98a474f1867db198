/*
code: CSE011
name: impossible-dates
title:
  zh: "办件日期矛盾"
  en: "Impossible dates"
severity: low
general: true
owed_by: [zone, department]
remedy:
  zh: "在业务系统中更正所列办件的日期，重新导出并导入。"
  en: "Correct the dates in the system, and load the export again."
message:
  zh: "{month}有{cases}件的日期前后矛盾：{numbers}。"
  en: "Dates of {month} that contradict each other; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
*/
SELECT coalesce(c.instrument, first.id) AS instrument,
       CASE WHEN c.zone IS NULL OR c.item IS NULL THEN 'load' ELSE 'delegation' END AS subject_type,
       CASE WHEN c.zone IS NULL OR c.item IS NULL THEN 'L-' || CAST(c.load_no AS TEXT)
            ELSE c.item || '-' || c.zone END AS subject_id,
       substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7)
         AS discriminator,
       substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7) AS month,
       CASE WHEN c.zone IS NOT NULL THEN c.item END AS item,
       c.zone,
       CASE WHEN c.applied_on > c.accepted_on OR c.accepted_on > c.decided_on
                 OR c.applied_on > c.decided_on OR c.promised_on < c.accepted_on
                 OR c.applied_on > l.loaded_on OR c.accepted_on > l.loaded_on
                 OR c.decided_on > l.loaded_on
                 OR EXISTS (
                   SELECT 1 FROM case_step AS s
                   WHERE s.case_no = c.case_no
                     AND (s.ended_on < s.started_on OR s.started_on > l.loaded_on
                          OR s.ended_on > l.loaded_on)
                 )
                 OR EXISTS (
                   SELECT 1 FROM case_stop AS s WHERE s.case_no = c.case_no AND s.to_on < s.from_on
                 )
            THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       c.provenance
FROM (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN cases AS c
CROSS JOIN platform_load AS l
WHERE first.no = least.no AND l.no = c.load_no
