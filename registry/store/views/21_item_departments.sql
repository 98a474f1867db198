/* item_departments: the departments that are responsible for an item as of the day, one row each:
   those that the list names, or who took over from them. The least (rank, department_no) of an item
   is its lead department. */
SELECT x.item AS item_no,
       dep.id AS department,
       dep.short_name AS department_name,
       x.role AS role,
       CASE x.role WHEN '行业主管' THEN 1 WHEN '审批实施' THEN 2 ELSE 3 END AS rank,
       s.current_no AS department_no
FROM item_department AS x
JOIN department_successions AS s ON s.department_no = x.department
JOIN departments AS dep ON dep.department_no = s.current_no
-- one that is named beside its predecessor stands once
WHERE s.current_no = x.department OR NOT EXISTS (
  SELECT 1 FROM item_department AS y
  JOIN department_successions AS z ON z.department_no = y.department
  WHERE y.item = x.item AND z.current_no = s.current_no
    AND (y.department = s.current_no OR y.department < x.department)
)
