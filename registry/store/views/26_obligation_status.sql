/* obligation_status: how every obligation stands as of the day. Names are looked up by sub-selects:
   a query that asks for none, as a count does, pays for none. */
SELECT (SELECT min(ins.id) FROM instrument AS ins WHERE ins.no = du.instrument) AS instrument,
       (SELECT min(i.id) FROM item AS i WHERE i.no = o.item_no) || '-'
         || (SELECT min(z.id) FROM delegation AS d JOIN zone AS z ON z.no = d.zone
             WHERE d.no = o.delegation_no) AS delegation,
       (SELECT min(ins.id) FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument
        WHERE i.no = o.item_no) || ':'
         || (SELECT min(i.id) FROM item AS i WHERE i.no = o.item_no) || '-'
         || (SELECT min(z.id) FROM delegation AS d JOIN zone AS z ON z.no = d.zone
             WHERE d.no = o.delegation_no) AS reference,
       (SELECT min(i.id) FROM item AS i WHERE i.no = o.item_no) AS item,
       (SELECT min(i.name) FROM item AS i WHERE i.no = o.item_no) AS item_name,
       (SELECT min(i.annex) FROM item AS i WHERE i.no = o.item_no) AS annex,
       (SELECT min(z.id) FROM zone AS z WHERE z.no = o.zone_no) AS zone,
       (SELECT min(i.mode) FROM item AS i WHERE i.no = o.item_no) AS mode,
       du.id AS duty,
       du.name_zh AS duty_name,
       o.due_on AS due_on,
       o.certainty AS certainty,
       o.met_on AS met_on,
       CASE WHEN o.met_on > o.due_on THEN 1 WHEN o.met_on <= o.due_on THEN 0 END AS late,
       o.status AS status,
       du.owed_by AS owed_by,
       du.clauses AS clauses,
       (SELECT min(i.provenance) FROM item AS i WHERE i.no = o.item_no) AS provenance,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.delegation_no AS delegation_no,
       du.no AS duty_no
FROM duty AS du
JOIN obligation_state AS o ON o.duty_no = du.no
