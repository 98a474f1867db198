/* zone_holders: zones that hold, or held by the day, what was conferred on a zone: itself, and those
   that took over from it. */
WITH RECURSIVE chain (zone_no, zone, holder, since) AS (
  SELECT z.no, z.id, z.id, '' FROM zone AS z
  UNION ALL
  SELECT c.zone_no, c.zone, e.successor, e.on_day
  FROM chain AS c
  JOIN body_event AS e ON e.body = c.holder AND e.kind = 'zone' AND e.what <> 'renamed'
    AND e.on_day >= c.since
  JOIN as_of AS t ON e.on_day <= t.date
)
SELECT DISTINCT c.zone_no AS zone_no,
       holder.no AS holder_no,
       c.zone AS zone
FROM chain AS c
JOIN zone AS holder ON holder.id = c.holder
