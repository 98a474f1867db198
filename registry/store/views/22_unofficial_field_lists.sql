/* unofficial_field_lists: the fields of an official item that its list leaves open, joined by `;`, and
   how many they are; no row for an item without any. */
SELECT u.item_no AS item_no,
       u.fields AS fields,
       u.unofficial_fields AS unofficial_fields
FROM (
  SELECT x.item AS item_no,
         x.position AS position,
         count(*) OVER every AS fields,
         min(x.position) OVER every AS first_position,
         group_concat(x.field, ';') OVER every AS unofficial_fields
  FROM item_unofficial_field AS x
  WINDOW every AS (
    PARTITION BY x.item ORDER BY x.position
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
) AS u
WHERE u.position = u.first_position
