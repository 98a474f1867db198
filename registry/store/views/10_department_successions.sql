/* department_successions: who answers on the day for what a department owed: itself, or whoever took
   it over; more than one where it was split; current NULL where it was abolished and nobody did. */
WITH RECURSIVE chain (department_no, department, current, since, depth) AS (
  SELECT d.no, d.id, d.id, '', 0 FROM department AS d
  UNION ALL
  SELECT c.department_no, c.department, e.successor, e.on_day, c.depth + 1
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.current AND e.kind = 'department' AND e.what <> 'renamed'
    AND e.on_day >= c.since
  JOIN as_of AS t ON e.on_day <= t.date
)
SELECT DISTINCT c.department_no AS department_no,
       successor.no AS current_no,
       c.department AS department,
       c.current AS current
FROM chain AS c
LEFT JOIN department AS successor ON successor.id = c.current
WHERE c.depth = (SELECT max(x.depth) FROM chain AS x WHERE x.department_no = c.department_no)
