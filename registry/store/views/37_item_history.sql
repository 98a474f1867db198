/* item_history: what later lists did to items: replaced, retired or added; the latest first. */
SELECT ins.id AS instrument,
       c.item AS item,
       c.change AS change,
       c.old_name AS old_name,
       c.score AS score,
       c.decided_by AS decided_by,
       al.annex AS annex,
       al.loaded_at AS loaded_at,
       al.file AS file,
       al.sha256 AS sha256,
       al.source AS source,
       c.old AS old
FROM item_change AS c
JOIN annex_load AS al ON al.no = c.load
JOIN instrument AS ins ON ins.no = c.instrument
ORDER BY al.no DESC, c.item
