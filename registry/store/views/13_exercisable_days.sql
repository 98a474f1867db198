/* exercisable_days: days on which a delegation, taken by itself, can be exercised: it is conferred, and
   an agreement is in force where its mode needs one. Both days included, to_on NULL: open; stretches
   may overlap. What it derives from is not asked here: view standing does. */
SELECT dp.delegation AS delegation_no,
       p.from_on AS from_on,
       p.to_on AS to_on
FROM delegation_period AS dp
JOIN period AS p ON p.no = dp.period
JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
WHERE p.state = 'conferred' AND m.needs_agreement = 0
  AND (p.to_on IS NULL OR p.to_on >= p.from_on)
UNION ALL
SELECT dp.delegation,
       CASE WHEN a.from_on > p.from_on THEN a.from_on ELSE p.from_on END,
       CASE WHEN p.to_on IS NULL OR a.to_on < p.to_on THEN a.to_on ELSE p.to_on END
FROM delegation_period AS dp
JOIN period AS p ON p.no = dp.period
JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
JOIN agreement_days AS a ON a.delegation_no = dp.delegation
WHERE p.state = 'conferred' AND m.needs_agreement = 1
  AND (p.to_on IS NULL OR (p.to_on >= p.from_on AND p.to_on >= a.from_on))
  AND (a.to_on IS NULL OR a.to_on >= p.from_on)
