/* department_line_days: departments whose papers count for each other, and from which day on: a
   department itself (since ''), and any other, where one of those that answer for it in time, itself
   among them, answers for the other as well. before_on: the day before. */
WITH RECURSIVE chain (department_no, current, since, before_on) AS (
  SELECT d.no, d.id, '', '' FROM department AS d
  UNION
  SELECT c.department_no, e.successor, e.on_day, e.before_on
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.current AND e.kind = 'department'
    AND e.successor IS NOT NULL AND e.on_day >= c.since
)
SELECT mine.department_no AS department_no,
       theirs.department_no AS relative_no,
       min(CASE WHEN mine.since > theirs.since THEN mine.since ELSE theirs.since END) AS since,
       min(CASE WHEN mine.since > theirs.since THEN mine.before_on ELSE theirs.before_on END)
         AS before_on
FROM chain AS mine
JOIN chain AS theirs ON theirs.current = mine.current
GROUP BY mine.department_no, theirs.department_no
