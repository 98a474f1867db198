-- The period that is evaluated, up to the day of the audit.
period AS (
  -- whole: whether files of cases cover every day of the period
  SELECT :evaluated_from AS from_on, t.date AS to_on,
         CASE WHEN (
                SELECT count(*) FROM workday AS w WHERE w.date IN (:evaluated_from, t.date)
              ) = CASE WHEN :evaluated_from = t.date THEN 1 ELSE 2 END
              AND NOT EXISTS (
                SELECT 1 FROM workday AS w
                WHERE w.date BETWEEN :evaluated_from AND t.date AND NOT EXISTS (
                  SELECT 1 FROM platform_loads AS l
                  WHERE l.kind = 'cases' AND l.from_on <= w.date AND l.to_on >= w.date
                )
              ) THEN 1 ELSE 0 END AS whole,
         (SELECT min(l.provenance) FROM platform_loads AS l WHERE l.kind = 'cases') AS provenance
  FROM as_of AS t
)
