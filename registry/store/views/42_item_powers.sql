/* item_powers: the items of each legal power (权力), one row each: items of different instruments that
   have a power in common are the same power. */
SELECT ins.id AS instrument,
       i.id AS item,
       ins.id || ':' || i.id AS reference,
       i.name AS item_name,
       p.key AS power,
       p.name AS power_name,
       x.tied_at AS tied_at,
       x.tied_by AS tied_by,
       i.no AS item_no,
       p.power_no AS power_no
FROM powers AS p
JOIN item_power AS x ON x.power = p.power_no
JOIN item AS i ON i.no = x.item
JOIN instrument AS ins ON ins.no = i.instrument
