/* department_lines: departments whose papers count for each other on the day: a department itself,
   and any other, where one of those that answered for it by the day, itself among them, answered
   for the other as well. So an agreement goes on to count where its department is abolished. */
WITH RECURSIVE chain (department_no, department, current, since) AS (
  SELECT d.no, d.id, d.id, '' FROM department AS d
  UNION ALL
  SELECT c.department_no, c.department, e.successor, e.on_day
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.current AND e.kind = 'department'
    AND e.successor IS NOT NULL AND e.on_day >= c.since
  JOIN as_of AS t ON e.on_day <= t.date
)
SELECT DISTINCT mine.department_no AS department_no,
       theirs.department_no AS relative_no,
       mine.department AS department
FROM chain AS mine
JOIN chain AS theirs ON theirs.current = mine.current
