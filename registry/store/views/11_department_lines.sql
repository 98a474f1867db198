/* department_lines: departments whose papers count for each other on the day: a department itself,
   and those for which the same one answers. */
SELECT d.no AS department_no,
       d.no AS relative_no,
       d.id AS department
FROM department AS d
UNION
SELECT mine.department_no, theirs.department_no, mine.department
FROM department_successions AS mine
JOIN department_successions AS theirs ON theirs.current_no = mine.current_no
