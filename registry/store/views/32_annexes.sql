/* annexes: the lists, what the notice states of their totals, and what they hold. */
SELECT ins.id AS instrument,
       ins.number AS instrument_number,
       ax.annex AS annex,
       ax.title AS title,
       ax.role AS role,
       ax.control_total AS control_total,
       (SELECT count(*) FROM item AS i
        WHERE i.instrument = ax.instrument AND i.annex = ax.annex AND i.counts_in_total = 1)
         AS counted,
       (SELECT count(*) FROM item AS i
        WHERE i.instrument = ax.instrument AND i.annex = ax.annex) AS items,
       (SELECT count(*) FROM item AS i
        WHERE i.instrument = ax.instrument AND i.annex = ax.annex
          AND i.provenance <> 'official') AS unofficial,
       (SELECT count(DISTINCT u.item) FROM item_unofficial_field AS u CROSS JOIN item AS i
        WHERE i.no = u.item AND i.instrument = ax.instrument AND i.annex = ax.annex)
         AS partly_official,
       (SELECT group_concat(x.field, ';') FROM (
          SELECT u.field FROM item_unofficial_field AS u CROSS JOIN item AS i
          WHERE i.no = u.item AND i.instrument = ax.instrument AND i.annex = ax.annex
          GROUP BY u.field ORDER BY min(u.position)
        ) AS x) AS unofficial_fields,
       ax.clause AS clause,
       ax.in_text AS in_text
FROM annex AS ax
JOIN instrument AS ins ON ins.no = ax.instrument
