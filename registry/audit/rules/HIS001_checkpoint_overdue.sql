/*
code: HIS001
name: checkpoint-overdue
title:
  zh: "变更记录未按期封存"
  en: "No recent checkpoint of the log"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "运行 registry checkpoint -o 目录，并将封存点交其他单位保存。"
  en: "Run registry checkpoint -o DIR, and have others keep what it writes."
message:
  zh: "变更记录上次封存（或开始）于{since_on}，应于{due_on}前再次封存，{overdue}。"
  en: "The last checkpoint of the log, or its beginning, was on {since_on}; the next was due {due_on}, {overdue}."
since: 0.2.0
*/
SELECT ins.id AS instrument,
       'log' AS subject_type,
       'log' AS subject_id,
       due.date AS due_on,
       last.since_on AS since_on,
       CASE WHEN last.since_on IS NULL THEN 'skip'
            WHEN due.date IS NULL THEN 'manual'
            WHEN t.date > due.date THEN 'alarm'
            WHEN last.checkpoints > 0 THEN 'ok'
            ELSE 'pending' END AS status
FROM as_of AS t
CROSS JOIN (SELECT min(no) AS no FROM instrument) AS first
JOIN instrument AS ins ON ins.no = first.no
CROSS JOIN (
  -- A day before the log began asks for nothing.
  SELECT max(made.on_day) AS since_on, sum(made.is_checkpoint) AS checkpoints
  FROM (
    SELECT s.began_on AS on_day, 0 AS is_checkpoint FROM log_summary AS s
    UNION ALL
    SELECT c.made_on, 1 FROM checkpoints AS c
  ) AS made
  JOIN as_of AS stand ON made.on_day <= stand.date
) AS last
LEFT JOIN workday AS since ON since.date = last.since_on
LEFT JOIN workday AS due ON due.day_number = since.day_number + :checkpoint_days
