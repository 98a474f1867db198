/* zone_case_counts: in how many cases of an item a zone did anything, accepting or deciding, as of the
   day. */
SELECT x.item_no AS item_no,
       x.zone_no AS zone_no,
       sum(x.cases) AS cases
FROM (
  SELECT k.item_no, k.zone_no, k.cases FROM case_counts AS k
  WHERE k.item_no IS NOT NULL AND k.zone_no IS NOT NULL
  UNION ALL
  SELECT k.item_no, k.decided_zone_no, k.cases FROM case_counts AS k
  WHERE k.item_no IS NOT NULL AND k.decided_zone_no IS NOT NULL
    AND (k.zone_no IS NULL OR k.zone_no <> k.decided_zone_no)
) AS x
GROUP BY x.item_no, x.zone_no
