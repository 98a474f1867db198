/* standing: what state a delegation is in, and from when to when, whatever the day: its longest periods
   of one state, both days included. The first begins with '0001-01-01', the last is open (to_on
   NULL), so that every day has its row. 生效: what its mode gives may be exercised.
   state: 尚未生效, 待签协议, 生效, 中止, 委托届满, 已解除, 已收回 or 上级失效. */
{standing_facts},
point (delegation_no, on_day, before_on) AS (
  SELECT d.no, '0001-01-01', CAST(NULL AS TEXT) FROM delegation AS d
  UNION
  SELECT dp.delegation, p.from_on, p.before_on
  FROM delegation_period AS dp
  JOIN period AS p ON p.no = dp.period
  WHERE p.to_on IS NULL OR p.to_on >= p.from_on
  UNION
  SELECT a.delegation_no, a.from_on, a.before_on FROM agreed AS a
  UNION
  SELECT a.delegation_no, a.after_on, a.to_on FROM agreed AS a WHERE a.to_on IS NOT NULL
  UNION
  SELECT up.delegation_no, p.from_on, p.before_on
  FROM ancestor AS up
  JOIN delegation_period AS dp ON dp.delegation = up.ancestor_no
  JOIN period AS p ON p.no = dp.period
  WHERE p.to_on IS NULL OR p.to_on >= p.from_on
  UNION
  SELECT up.delegation_no, a.from_on, a.before_on
  FROM ancestor AS up JOIN agreed AS a ON a.delegation_no = up.ancestor_no
  UNION
  SELECT up.delegation_no, a.after_on, a.to_on
  FROM ancestor AS up JOIN agreed AS a ON a.delegation_no = up.ancestor_no
  WHERE a.to_on IS NOT NULL
),
{standing_known},
{standing_state},
turn AS (
  SELECT w.delegation_no AS delegation_no, w.on_day AS on_day, w.before_on AS before_on,
         w.state AS state,
         lag(w.state) OVER (PARTITION BY w.delegation_no ORDER BY w.on_day) AS earlier
  FROM stated AS w
),
whole AS (
  SELECT v.delegation_no AS delegation_no, v.on_day AS from_on, v.state AS state,
         lead(v.before_on) OVER (PARTITION BY v.delegation_no ORDER BY v.on_day) AS to_on
  FROM turn AS v
  WHERE v.earlier IS NULL OR v.earlier <> v.state
)
SELECT ins.id AS instrument,
       i.id || '-' || z.id AS delegation,
       s.from_on AS from_on,
       s.to_on AS to_on,
       s.state AS state,
       s.delegation_no AS delegation_no
FROM whole AS s
JOIN delegation AS d ON d.no = s.delegation_no
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = d.zone
