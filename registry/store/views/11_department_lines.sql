/* department_lines: departments whose papers count for each other on the day: a department itself,
   and any other, where one of those that answered for it by the day, itself among them, answered
   for the other as well. So an agreement goes on to count where its department is abolished. */
SELECT l.department_no AS department_no,
       l.relative_no AS relative_no,
       d.id AS department
FROM as_of AS t
CROSS JOIN department_line_days AS l
JOIN department AS d ON d.no = l.department_no
WHERE l.since <= t.date
