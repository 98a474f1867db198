/* case_counts: how many cases there are by item, accepting and deciding zone, NULL where none is
   known, as of the day. It reads an index and not the cases, in the order of its columns. */
SELECT x.item_no AS item_no,
       x.zone_no AS zone_no,
       x.decided_zone_no AS decided_zone_no,
       sum(x.cases) AS cases
FROM (
  SELECT c.item AS item_no,
         c.accepted_zone AS zone_no,
         c.decided_zone AS decided_zone_no,
         c.load AS load_no,
         count(*) AS cases
  FROM case_record AS c
  WHERE c.superseded_by IS NULL
    AND coalesce(c.accepted_on, '') <= (SELECT t.date FROM as_of AS t)
  GROUP BY c.item, c.accepted_zone, c.decided_zone, c.load
) AS x
CROSS JOIN platform_load AS l
WHERE l.no = x.load_no AND l.voided_on IS NULL
GROUP BY x.item_no, x.zone_no, x.decided_zone_no
