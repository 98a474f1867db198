/* item_listings: where an item stands in the list that it was taken from, in that list's words. */
SELECT ins.id AS instrument,
       i.id AS item,
       l.place AS place,
       l.name AS listed_name,
       l.basis AS basis,
       al.file AS file,
       al.loaded_at AS loaded_at
FROM item_listing AS l
JOIN item AS i ON i.no = l.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN annex_load AS al ON al.no = l.load
