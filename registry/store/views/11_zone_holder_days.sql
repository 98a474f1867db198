/* zone_holder_days: zones that hold in time what was conferred on a zone, and from which day on:
   itself (since ''), and those that take over from it. before_on: the day before. */
WITH RECURSIVE chain (zone_no, holder, since, before_on) AS (
  SELECT z.no, z.id, '', '' FROM zone AS z
  UNION
  SELECT c.zone_no, e.successor, e.on_day, e.before_on
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.holder AND e.kind = 'zone' AND e.what <> 'renamed'
    AND e.successor IS NOT NULL AND e.on_day >= c.since
)
SELECT c.zone_no AS zone_no,
       holder.no AS holder_no,
       min(c.since) AS since,
       min(c.before_on) AS before_on
FROM chain AS c
JOIN zone AS holder ON holder.id = c.holder
GROUP BY c.zone_no, holder.no
