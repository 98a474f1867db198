/* services: where an item is handled in a zone, until when and at what cost, and whom to ask; what is
   not recorded is NULL. */
SELECT ins.id AS instrument,
       i.id AS item,
       i.name AS item_name,
       z.id AS zone,
       s.guide_url AS guide_url,
       s.apply_url AS apply_url,
       s.address AS address,
       s.hours AS hours,
       s.consult_phone AS consult_phone,
       s.complaint_phone AS complaint_phone,
       s.time_limit AS time_limit,
       s.fee AS fee,
       s.provenance AS provenance,
       s.source AS source,
       i.no AS item_no,
       z.no AS zone_no
FROM service AS s
JOIN item AS i ON i.no = s.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = s.zone
