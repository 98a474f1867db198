twin AS (
  -- of the pairs that a zone holds both, the first
  SELECT p.item_no AS item_no, min(p.other_no) AS other_no
  FROM pair AS p
  CROSS JOIN delegation AS a
  CROSS JOIN delegation AS b
  WHERE a.item = p.item_no AND b.item = p.other_no AND b.zone = a.zone
  GROUP BY p.item_no
)
