/* department_successions: who answers on the day for what a department owed: itself, or whoever took
   it over; more than one where it was split; current NULL where it was abolished and nobody did. */
WITH RECURSIVE chain (department_no, department, current, since) AS (
  SELECT d.no, d.id, d.id, '' FROM department AS d
  UNION ALL
  SELECT c.department_no, c.department, e.successor, e.on_day
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.current AND e.kind = 'department' AND e.what <> 'renamed'
    AND e.on_day >= c.since
  JOIN as_of AS t ON e.on_day <= t.date
),
last (department_no, department, current) AS (
  SELECT DISTINCT c.department_no, c.department, c.current
  FROM chain AS c
  WHERE NOT EXISTS (
    SELECT 1 FROM body_event AS e JOIN as_of AS t ON e.on_day <= t.date
    WHERE e.body = c.current AND e.kind = 'department' AND e.what <> 'renamed'
      AND e.on_day >= c.since
  )
)
SELECT l.department_no AS department_no,
       successor.no AS current_no,
       l.department AS department,
       l.current AS current
FROM last AS l
LEFT JOIN department AS successor ON successor.id = l.current
WHERE l.current IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM last AS x WHERE x.department_no = l.department_no AND x.current IS NOT NULL
)
