/* item_department_names: an item's lead department (id), and the short names of all its departments,
   the lead first, joined by 、; NULL: none is responsible. */
SELECT i.no AS item_no,
       (SELECT d.department FROM item_departments AS d
        WHERE d.item_no = i.no ORDER BY d.rank, d.department_no LIMIT 1) AS lead_department,
       (SELECT group_concat(x.department_name, '、') FROM (
          SELECT d.department_name FROM item_departments AS d
          WHERE d.item_no = i.no ORDER BY d.rank, d.department_no
        ) AS x) AS department
FROM item AS i
