/* item_departments: the departments that are responsible for an item, one row each. The least
   (rank, department_no) of an item is its lead department. */
SELECT x.item AS item_no,
       dep.id AS department,
       dep.short_name AS department_name,
       x.role AS role,
       CASE x.role WHEN '行业主管' THEN 1 WHEN '审批实施' THEN 2 ELSE 3 END AS rank,
       x.department AS department_no
FROM item_department AS x
JOIN department AS dep ON dep.no = x.department
