/* agreement_stretches: where a stretch of days begins that agreements cover without a gap, of those
   signed by the day: one row a stretch. covered_until is the last day that was covered before it,
   and gap_days the number of days between; both are NULL for a delegation's first stretch. */
SELECT x.delegation_no AS delegation_no,
       x.agreement_no AS agreement_no,
       x.from_on AS from_on,
       x.covered_until AS covered_until,
       x.from_day - 1 - x.covered_to AS gap_days
FROM (
  SELECT p.delegation_no AS delegation_no,
         p.agreement_no AS agreement_no,
         p.from_on AS from_on,
         p.from_day AS from_day,
         -- of those that begin before it
         max(p.to_on) OVER earlier AS covered_until,
         max(p.to_day) OVER earlier AS covered_to,
         max(CASE WHEN p.to_day IS NULL THEN 1 ELSE 0 END) OVER earlier AS is_open,
         row_number() OVER (
           PARTITION BY p.delegation_no, p.from_day ORDER BY p.agreement_no
         ) AS place
  FROM as_of AS t
  CROSS JOIN agreement_periods AS p
  WHERE p.signed_on <= t.date
  WINDOW earlier AS (
    PARTITION BY p.delegation_no ORDER BY p.from_day RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
) AS x
WHERE x.place = 1 AND coalesce(x.is_open, 0) = 0
  AND (x.covered_to IS NULL OR x.covered_to < x.from_day - 1)
