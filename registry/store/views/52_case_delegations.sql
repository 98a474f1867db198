/* case_delegations: the cases of zones whose item is known, one row each: the delegation under which
   the zone handled it, its own of that item, else the one that it held on the day. zone_no: who
   accepted it, else who decided it, else who did its first step; on_day: when it was accepted, else applied for, else decided;
   delegation_no NULL: the zone never had any of the item. */
SELECT c.case_no AS case_no,
       c.on_day AS on_day,
       c.item_no AS item_no,
       c.zone_no AS zone_no,
       coalesce(own.no, (
         SELECT min(dp.delegation)
         FROM delegation AS d
         JOIN delegation_period AS dp ON dp.delegation = d.no
         JOIN period AS p ON p.no = dp.period
         WHERE d.item = c.item_no AND p.zone = c.zone_no AND p.from_on <= c.on_day
           AND (p.to_on IS NULL OR p.to_on >= c.on_day)
       )) AS delegation_no
FROM (
  SELECT r.case_no AS case_no,
         r.item_no AS item_no,
         coalesce(r.zone_no, r.decided_zone_no, (
           SELECT s.zone FROM case_step AS s
           WHERE s.case_no = r.case_no AND s.zone IS NOT NULL ORDER BY s.position LIMIT 1
         )) AS zone_no,
         coalesce(r.accepted_on, r.applied_on, r.decided_on) AS on_day
  FROM cases AS r
) AS c
LEFT JOIN delegation AS own ON own.item = c.item_no AND own.zone = c.zone_no
WHERE c.item_no IS NOT NULL AND c.zone_no IS NOT NULL AND c.on_day IS NOT NULL
