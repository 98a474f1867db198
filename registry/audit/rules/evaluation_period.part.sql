-- The period that is evaluated, up to the day of the audit.
period AS (
  -- whole: whether files of cases cover every day of the period, and the calendar reaches it
  SELECT :evaluated_from AS from_on, t.date AS to_on,
         CASE WHEN ends.days = CASE WHEN :evaluated_from = t.date THEN 1 ELSE 2 END
                AND open.days = 0 THEN 1 ELSE 0 END AS whole,
         loads.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN (
    SELECT count(*) AS days
    FROM as_of AS e CROSS JOIN workday AS w
    WHERE w.date = :evaluated_from OR w.date = e.date
  ) AS ends
  CROSS JOIN (
    SELECT count(*) AS days
    FROM as_of AS e
    CROSS JOIN workday AS w
    LEFT JOIN platform_loads AS l
      ON l.kind = 'cases' AND l.from_on <= w.date AND l.to_on >= w.date
    WHERE w.date >= :evaluated_from AND w.date <= e.date AND l.kind IS NULL
  ) AS open
  CROSS JOIN (
    SELECT min(l.provenance) AS provenance FROM platform_loads AS l WHERE l.kind = 'cases'
  ) AS loads
)
