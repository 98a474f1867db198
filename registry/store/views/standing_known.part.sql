-- What of each `point` (delegation_no, on_day, before_on) its state depends on. lacking: 1 where any
-- delegation that it derives from can't be exercised on the day.
known AS (
  SELECT x.delegation_no AS delegation_no,
         x.on_day AS on_day,
         max(x.before_on) AS before_on,
         max(CASE WHEN q.from_on <= x.on_day AND (q.to_on IS NULL OR q.to_on >= x.on_day) THEN q.no END)
           AS period_no,
         max(CASE WHEN up.step IS NOT NULL AND g.delegation_no IS NULL THEN 1 ELSE 0 END) AS lacking,
         max(CASE WHEN a.from_on <= x.on_day AND (a.to_on IS NULL OR a.to_on >= x.on_day)
                  THEN 1 ELSE 0 END) AS is_agreed,
         -- the last that ended; of one day: 已解除
         max(CASE WHEN a.to_on < x.on_day THEN a.to_on || a.ended END) AS ended
  FROM point AS x
  LEFT JOIN delegation_period AS dq ON dq.delegation = x.delegation_no
  LEFT JOIN period AS q ON q.no = dq.period
  LEFT JOIN agreed AS a ON a.delegation_no = x.delegation_no
  LEFT JOIN ancestor AS up ON up.delegation_no = x.delegation_no AND up.loaded = 1
  LEFT JOIN exercisable AS g
    ON g.delegation_no = up.ancestor_no AND g.from_on <= x.on_day
    AND (g.to_on IS NULL OR g.to_on >= x.on_day)
  GROUP BY x.delegation_no, x.on_day
)
