/* agreement_stretches: where a stretch of days begins that agreements cover without a gap, of those
   signed by the day: one row a stretch. covered_until is the last day that was covered before it,
   and gap_days the number of days between; both are NULL for a delegation's first stretch. */
SELECT p.delegation_no AS delegation_no,
       p.agreement_no AS agreement_no,
       p.from_on AS from_on,
       (SELECT max(q.to_on) FROM agreement_periods AS q
        WHERE q.delegation_no = p.delegation_no AND q.signed_on <= t.date
          AND q.from_day < p.from_day) AS covered_until,
       p.from_day - 1 - (SELECT max(q.to_day) FROM agreement_periods AS q
        WHERE q.delegation_no = p.delegation_no AND q.signed_on <= t.date
          AND q.from_day < p.from_day) AS gap_days
FROM as_of AS t
CROSS JOIN agreement_periods AS p
WHERE p.signed_on <= t.date
  AND NOT EXISTS (
    -- one that reaches up to its first day, or of several that begin on it, one with a lower number
    SELECT 1 FROM agreement_periods AS q
    WHERE q.delegation_no = p.delegation_no AND q.signed_on <= t.date
      AND ((q.from_day < p.from_day AND (q.to_day IS NULL OR q.to_day >= p.from_day - 1))
           OR (q.from_day = p.from_day AND q.agreement_no < p.agreement_no))
  )
