/* item_department_names: an item's lead department (id), and the short names of all its departments,
   the lead first, joined by 、; NULL: none is responsible. */
SELECT i.no AS item_no,
       d.lead_department AS lead_department,
       d.department AS department
FROM item AS i
LEFT JOIN (
  SELECT x.item_no AS item_no,
         x.department_no AS department_no,
         first_value(x.department_no) OVER every AS lead_no,
         x.department AS lead_department,
         group_concat(x.department_name, '、') OVER every AS department
  FROM item_departments AS x
  WINDOW every AS (
    PARTITION BY x.item_no ORDER BY x.rank, x.department_no
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
) AS d ON d.item_no = i.no AND d.department_no = d.lead_no
