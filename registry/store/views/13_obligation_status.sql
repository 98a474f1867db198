/* obligation_status: how every obligation stands as of the day. LEFT JOIN on keys, so that a
   query that asks for no names pays for none. */
SELECT ins.id AS instrument,
       i.id || '-' || z.id AS delegation,
       i.id AS item,
       i.name AS item_name,
       i.annex AS annex,
       z.id AS zone,
       i.mode AS mode,
       du.id AS duty,
       du.name_zh AS duty_name,
       o.due_on AS due_on,
       o.certainty AS certainty,
       o.met_on AS met_on,
       CASE WHEN o.met_on > o.due_on THEN 1 WHEN o.met_on <= o.due_on THEN 0 END AS late,
       o.status AS status,
       du.owed_by AS owed_by,
       du.clauses AS clauses,
       i.provenance AS provenance,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.delegation_no AS delegation_no
FROM obligation_state AS o
LEFT JOIN duty AS du ON du.no = o.duty_no
LEFT JOIN item AS i ON i.no = o.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = o.zone_no
