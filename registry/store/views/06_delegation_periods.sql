/* delegation_periods: every period of every delegation, whatever the day: what instruments made of
   it, and when. zone: who holds it. What was announced and then overtaken never began, and is left
   out. */
SELECT ins.id AS instrument,
       i.id || '-' || first.id AS delegation,
       p.position AS position,
       p.from_on AS from_on,
       p.to_on AS to_on,
       p.state AS state,
       holder.id AS zone,
       p.mode AS mode,
       p.scope AS scope,
       p.remark AS remark,
       p.territory AS territory,
       p.counted_on AS counted_on,
       opened.id AS opened_by,
       p.opening_clause AS opening_clause,
       closed.id AS closed_by,
       p.closing_clause AS closing_clause,
       dp.delegation AS delegation_no
FROM delegation_period AS dp
JOIN period AS p ON p.no = dp.period
JOIN delegation AS d ON d.no = dp.delegation
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS first ON first.no = d.zone
JOIN zone AS holder ON holder.no = coalesce(p.zone, d.zone)
LEFT JOIN instrument AS opened ON opened.no = p.opened_by
LEFT JOIN instrument AS closed ON closed.no = p.closed_by
WHERE p.to_on IS NULL OR p.to_on >= p.from_on
