/* item_unofficial_fields: fields of official items whose value is not their official list's, one row
   each: kept from an unofficial row, or read. */
SELECT ins.id AS instrument,
       i.id AS item,
       i.annex AS annex,
       u.field AS field,
       u.position AS position,
       u.item AS item_no
FROM item_unofficial_field AS u
JOIN item AS i ON i.no = u.item
JOIN instrument AS ins ON ins.no = i.instrument
