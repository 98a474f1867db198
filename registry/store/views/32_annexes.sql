/* annexes: the lists, what the notice states of their totals, and what they hold. */
SELECT ins.id AS instrument,
       ins.number AS instrument_number,
       ax.annex AS annex,
       ax.title AS title,
       ax.role AS role,
       ax.control_total AS control_total,
       coalesce(held.counted, 0) AS counted,
       coalesce(held.items, 0) AS items,
       coalesce(held.unofficial, 0) AS unofficial,
       coalesce(held.partly_official, 0) AS partly_official,
       open.fields AS unofficial_fields,
       ax.clause AS clause,
       ax.in_text AS in_text
FROM annex AS ax
JOIN instrument AS ins ON ins.no = ax.instrument
LEFT JOIN (
  SELECT i.instrument AS instrument,
         i.annex AS annex,
         count(CASE WHEN i.counts_in_total = 1 THEN 1 END) AS counted,
         count(*) AS items,
         count(CASE WHEN i.provenance <> 'official' THEN 1 END) AS unofficial,
         count(u.item) AS partly_official
  FROM item AS i
  LEFT JOIN (SELECT DISTINCT x.item AS item FROM item_unofficial_field AS x) AS u ON u.item = i.no
  GROUP BY i.instrument, i.annex
) AS held ON held.instrument = ax.instrument AND held.annex = ax.annex
LEFT JOIN (
  SELECT f.instrument AS instrument,
         f.annex AS annex,
         group_concat(f.field, ';') OVER (
           PARTITION BY f.instrument, f.annex ORDER BY f.position, f.field
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
         ) AS fields,
         row_number() OVER (
           PARTITION BY f.instrument, f.annex ORDER BY f.position, f.field
         ) AS place
  FROM (
    SELECT i.instrument AS instrument, i.annex AS annex, u.field AS field,
           min(u.position) AS position
    FROM item_unofficial_field AS u
    JOIN item AS i ON i.no = u.item
    GROUP BY i.instrument, i.annex, u.field
  ) AS f
) AS open ON open.instrument = ax.instrument AND open.annex = ax.annex AND open.place = 1
