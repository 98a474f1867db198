/* untimed_case_counts: of how many cases no period is judged, by item and accepting zone, as of the
   day: untimed: not accepted, or never decided (退回, 作废, 删除, 补正不来); unpromised: of the others,
   those without a promised day. It reads an index and not the cases, in the order of its columns. */
SELECT x.item_no AS item_no,
       x.zone_no AS zone_no,
       sum(x.untimed) AS untimed,
       sum(x.unpromised) AS unpromised
FROM (
  SELECT c.item AS item_no,
         c.accepted_zone AS zone_no,
         c.load AS load_no,
         sum(CASE WHEN c.accepted_on IS NULL OR c.result IN ('退回', '作废', '删除', '补正不来')
                  THEN 1 ELSE 0 END) AS untimed,
         sum(CASE WHEN c.accepted_on IS NULL OR c.result IN ('退回', '作废', '删除', '补正不来')
                  THEN 0 ELSE 1 END) AS unpromised
  FROM case_record AS c
  WHERE c.superseded_by IS NULL AND (
      c.accepted_on IS NULL OR c.promised_on IS NULL
      OR c.result IN ('退回', '作废', '删除', '补正不来')
    )
    AND coalesce(c.accepted_on, '') <= (SELECT t.date FROM as_of AS t)
  GROUP BY c.item, c.accepted_zone, c.load
) AS x
CROSS JOIN platform_load AS l
WHERE l.no = x.load_no AND l.voided_on IS NULL
GROUP BY x.item_no, x.zone_no
