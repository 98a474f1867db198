/* case_delegations: the cases of zones whose item is known, one row each: the delegation under which
   the zone handled it, its own of that item, else the one that it held on the day. zone_no: who
   accepted it, else who decided it, else who did its first step; on_day: when it was accepted, else applied for, else decided;
   delegation_no NULL: the zone never had any of the item. */
WITH handled AS MATERIALIZED (
  SELECT r.case_no AS case_no,
         r.item_no AS item_no,
         coalesce(r.zone_no, r.decided_zone_no, s.zone_no) AS zone_no,
         coalesce(r.accepted_on, r.applied_on, r.decided_on) AS on_day
  FROM cases AS r
  LEFT JOIN (
    SELECT x.case_no AS case_no, x.zone AS zone_no,
           row_number() OVER (PARTITION BY x.case_no ORDER BY x.position) AS place
    FROM cases AS k
    JOIN case_step AS x ON x.case_no = k.case_no
    WHERE k.zone_no IS NULL AND k.decided_zone_no IS NULL AND x.zone IS NOT NULL
  ) AS s ON s.case_no = r.case_no AND s.place = 1
),
taken AS (
  -- held on the day by a zone that took it over
  SELECT c.case_no AS case_no, min(dp.delegation) AS delegation_no
  FROM period AS p
  CROSS JOIN delegation_period AS dp
  CROSS JOIN delegation AS d
  JOIN handled AS c ON c.item_no = d.item AND c.zone_no = p.zone
  WHERE p.zone IS NOT NULL AND dp.period = p.no AND d.no = dp.delegation
    AND p.from_on <= c.on_day AND (p.to_on IS NULL OR p.to_on >= c.on_day)
  GROUP BY c.case_no
)
SELECT c.case_no AS case_no,
       c.on_day AS on_day,
       c.item_no AS item_no,
       c.zone_no AS zone_no,
       coalesce(own.no, taken.delegation_no) AS delegation_no
FROM handled AS c
LEFT JOIN delegation AS own ON own.item = c.item_no AND own.zone = c.zone_no
LEFT JOIN taken ON taken.case_no = c.case_no
WHERE c.item_no IS NOT NULL AND c.zone_no IS NOT NULL AND c.on_day IS NOT NULL
