/* current_periods: the period in which a delegation is as of the day, one row each; before the first
   one begins, that one, with begun = 0. held: whether the delegate may act on the day, by what
   instruments say of it. zone_no: who holds it, where that is no longer the zone that it was
   conferred on. */
SELECT dp.delegation AS delegation_no,
       p.no AS period_no,
       p.position AS position,
       CASE WHEN p.from_on <= t.date THEN 1 ELSE 0 END AS begun,
       CASE WHEN p.from_on <= t.date AND p.state = 'conferred' THEN 1 ELSE 0 END AS held,
       p.from_on AS from_on,
       p.to_on AS to_on,
       p.state AS state,
       p.instrument AS instrument_no,
       p.mode AS mode,
       p.scope AS scope,
       p.remark AS remark,
       p.territory AS territory,
       p.counted_on AS counted_on,
       p.opened_by AS opened_by,
       p.opening_clause AS opening_clause,
       p.zone AS zone_no
FROM as_of AS t
CROSS JOIN period AS p
JOIN delegation_period AS dp ON dp.period = p.no
WHERE (p.from_on <= t.date OR p.position = 1) AND (p.to_on IS NULL OR p.to_on >= t.date)
