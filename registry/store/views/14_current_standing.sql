/* current_standing: the state of every delegation on the day, as view standing has it, one row each:
   quick where only the day is asked for. */
{standing_facts},
known AS (
  SELECT x.delegation_no AS delegation_no,
         x.on_day AS on_day,
         NULL AS before_on,
         (SELECT q.no FROM delegation_period AS dq JOIN period AS q ON q.no = dq.period
          WHERE dq.delegation = x.delegation_no AND q.from_on <= x.on_day
            AND (q.to_on IS NULL OR q.to_on >= x.on_day)) AS period_no,
         CASE WHEN EXISTS (
           SELECT 1 FROM ancestor AS up
           WHERE up.delegation_no = x.delegation_no AND up.loaded = 1 AND NOT EXISTS (
             SELECT 1 FROM exercisable AS g
             WHERE g.delegation_no = up.ancestor_no AND g.from_on <= x.on_day
               AND (g.to_on IS NULL OR g.to_on >= x.on_day)
           )
         ) THEN 1 ELSE 0 END AS lacking,
         CASE WHEN EXISTS (
           SELECT 1 FROM agreed AS a
           WHERE a.delegation_no = x.delegation_no AND a.from_on <= x.on_day
             AND (a.to_on IS NULL OR a.to_on >= x.on_day)
         ) THEN 1 ELSE 0 END AS is_agreed,
         (SELECT max(a.to_on || a.ended) FROM agreed AS a
          WHERE a.delegation_no = x.delegation_no AND a.to_on < x.on_day) AS ended
  FROM (SELECT d.no AS delegation_no, t.date AS on_day FROM as_of AS t CROSS JOIN delegation AS d) AS x
),
{standing_state}
SELECT s.delegation_no AS delegation_no,
       s.state AS state,
       s.period_no AS period_no
FROM stated AS s
