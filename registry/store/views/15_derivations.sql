/* derivations: every delegation that derives from another, as both stand on the day. held: whether the
   delegate holds it by what instruments say. instrument_no, mode, scope, remark, territory: the terms
   of its period on the day; above_…: those of what it derives from (NULL: none on the day, or none
   that the registry has). above_state: the state of that, as view standing has it; ended_on: where
   that is not 生效, the last day on which it was; NULL: it never was. known: 0 where anything above it
   is of an instrument that the registry does not hold. */
{standing_facts},
above AS MATERIALIZED (
  SELECT x.delegation_no AS delegation_no,
         {standing_state} AS state,
         p.no AS period_no
  FROM (
    SELECT DISTINCT up.ancestor_no AS delegation_no, t.date AS on_day
    FROM as_of AS t CROSS JOIN ancestor AS up
    WHERE up.step = 1 AND up.ancestor_no IS NOT NULL
  ) AS x
  LEFT JOIN period AS p ON p.no = (
    SELECT q.no FROM delegation_period AS dq JOIN period AS q ON q.no = dq.period
    WHERE dq.delegation = x.delegation_no AND q.from_on <= x.on_day
      AND (q.to_on IS NULL OR q.to_on >= x.on_day)
  )
  LEFT JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
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
last_day AS MATERIALIZED (
  SELECT l.delegation_no AS delegation_no, max(g.to_on) AS ended_on
  FROM line AS l
  JOIN exercisable AS g ON g.delegation_no = l.member_no
  CROSS JOIN as_of AS t
  WHERE g.to_on < t.date AND NOT EXISTS (
    SELECT 1 FROM line AS k
    WHERE k.delegation_no = l.delegation_no AND NOT EXISTS (
      SELECT 1 FROM exercisable AS h
      WHERE h.delegation_no = k.member_no AND h.from_on <= g.to_on
        AND (h.to_on IS NULL OR h.to_on >= g.to_on)
    )
  )
  GROUP BY l.delegation_no
)
SELECT up.delegation_no AS delegation_no,
       up.ancestor AS parent,
       up.loaded AS loaded,
       CASE WHEN up.delegation_no IN (SELECT u.delegation_no FROM ancestor AS u WHERE u.loaded = 0)
            THEN 0 ELSE 1 END AS known,
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
LEFT JOIN last_day AS l ON l.delegation_no = up.ancestor_no
LEFT JOIN period AS p ON p.no = b.period_no AND p.state = 'conferred'
WHERE up.step = 1 AND c.delegation_no = up.delegation_no
