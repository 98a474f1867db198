/* service_reductions: fewer documents (材料), steps (环节) or days (时限), by item and zone.
   key: what a row is called, as S-4. None that is voided. */
SELECT ins.id AS instrument,
       i.id AS item,
       i.name AS item_name,
       z.id AS zone,
       s.measure AS measure,
       s.before AS before,
       s.after AS after,
       s.unit AS unit,
       s.provenance AS provenance,
       s.source AS source,
       'S-' || CAST(s.no AS TEXT) AS key
FROM service_reduction AS s
JOIN item AS i ON i.no = s.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = s.zone
WHERE s.voided_on IS NULL
