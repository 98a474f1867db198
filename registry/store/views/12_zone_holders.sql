/* zone_holders: zones that hold, or held by the day, what was conferred on a zone: itself, and those
   that took over from it. */
SELECT h.zone_no AS zone_no,
       h.holder_no AS holder_no,
       z.id AS zone
FROM as_of AS t
CROSS JOIN zone_holder_days AS h
JOIN zone AS z ON z.no = h.zone_no
WHERE h.since <= t.date
