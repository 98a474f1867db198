CROSS JOIN (SELECT min(no) AS no FROM instrument) AS least
JOIN instrument AS first ON first.no = least.no
LEFT JOIN item AS i ON i.no = x.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = x.zone_no
