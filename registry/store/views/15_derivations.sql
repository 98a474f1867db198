/* derivations: every delegation that derives from another, as both stand on the day. held: whether the
   delegate holds it by what instruments say. instrument_no, mode, scope, remark, territory: the terms
   of its period on the day; above_…: those of what it derives from (NULL: none on the day, or none
   that the registry has). above_state: the state of that, as view standing has it; ended_on: where
   that is not 生效, the last day on which it was; NULL: it never was. known: 0 where anything above it
   is of an instrument that the registry does not hold. */
{standing_facts},
point AS (
  SELECT DISTINCT up.ancestor_no AS delegation_no, t.date AS on_day, t.date AS before_on
  FROM as_of AS t CROSS JOIN ancestor AS up
  WHERE up.step = 1 AND up.ancestor_no IS NOT NULL
),
{standing_known},
{standing_state},
above AS MATERIALIZED (
  SELECT s.delegation_no AS delegation_no, s.state AS state, s.period_no AS period_no
  FROM stated AS s
),
line AS MATERIALIZED (
  SELECT b.delegation_no AS delegation_no, b.delegation_no AS member_no
  FROM above AS b
  WHERE b.state <> '生效'
  UNION
  SELECT b.delegation_no, up.ancestor_no
  FROM above AS b JOIN ancestor AS up ON up.delegation_no = b.delegation_no
  WHERE b.state <> '生效' AND up.loaded = 1
),
candidate AS (
  SELECT DISTINCT l.delegation_no AS delegation_no, g.to_on AS on_day
  FROM as_of AS t
  CROSS JOIN line AS l
  JOIN exercisable AS g ON g.delegation_no = l.member_no
  WHERE g.to_on < t.date
),
tried AS (
  SELECT c.delegation_no AS delegation_no, c.on_day AS on_day,
         max(CASE WHEN h.delegation_no IS NULL THEN 1 ELSE 0 END) AS lacking
  FROM candidate AS c
  JOIN line AS k ON k.delegation_no = c.delegation_no
  LEFT JOIN exercisable AS h
    ON h.delegation_no = k.member_no AND h.from_on <= c.on_day
    AND (h.to_on IS NULL OR h.to_on >= c.on_day)
  GROUP BY c.delegation_no, c.on_day
),
last_day AS (
  SELECT x.delegation_no AS delegation_no, max(x.on_day) AS ended_on
  FROM tried AS x
  WHERE x.lacking = 0
  GROUP BY x.delegation_no
),
unknown AS (
  SELECT DISTINCT u.delegation_no AS delegation_no FROM ancestor AS u WHERE u.loaded = 0
)
SELECT up.delegation_no AS delegation_no,
       up.ancestor AS parent,
       up.loaded AS loaded,
       CASE WHEN unknown.delegation_no IS NULL THEN 1 ELSE 0 END AS known,
       up.ancestor_no AS parent_no,
       c.held AS held,
       c.zone_no AS zone_no,
       c.instrument_no AS instrument_no,
       c.mode AS mode,
       c.scope AS scope,
       c.remark AS remark,
       c.territory AS territory,
       b.state AS above_state,
       l.ended_on AS ended_on,
       p.instrument AS above_instrument_no,
       p.mode AS above_mode,
       p.scope AS above_scope,
       p.remark AS above_remark,
       p.territory AS above_territory
FROM ancestor AS up
CROSS JOIN current_periods AS c
LEFT JOIN above AS b ON b.delegation_no = up.ancestor_no
LEFT JOIN unknown ON unknown.delegation_no = up.delegation_no
LEFT JOIN last_day AS l ON l.delegation_no = up.ancestor_no
LEFT JOIN period AS p ON p.no = b.period_no AND p.state = 'conferred'
WHERE up.step = 1 AND c.delegation_no = up.delegation_no
