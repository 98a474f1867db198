/* case_counts: how many cases there are by item, accepting and deciding zone, NULL where none is
   known, as of the day. It reads an index and not the cases. */
SELECT c.item AS item_no,
       c.accepted_zone AS zone_no,
       c.decided_zone AS decided_zone_no,
       count(*) AS cases
FROM as_of AS t
CROSS JOIN case_record AS c
CROSS JOIN platform_load AS l
WHERE c.superseded_by IS NULL AND coalesce(c.accepted_on, '') <= t.date
  AND l.no = c.load AND l.voided_on IS NULL
GROUP BY c.item, c.accepted_zone, c.decided_zone
