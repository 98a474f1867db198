/* obligations: what every delegation owes, and by when. */
SELECT ins.id AS instrument,
       i.id || '-' || first.id AS delegation,
       ins.id || ':' || i.id || '-' || first.id AS reference,
       i.id AS item,
       i.name AS item_name,
       z.id AS zone,
       i.mode AS mode,
       du.id AS duty,
       du.name_zh AS duty_name,
       o.due_on AS due_on,
       o.certainty AS certainty,
       du.owed_by AS owed_by,
       du.clauses AS clauses,
       du.basis AS basis,
       i.provenance AS provenance
FROM obligation_dues AS o
LEFT JOIN item AS i ON i.no = o.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = o.zone_no
LEFT JOIN delegation AS d ON d.no = o.delegation_no
LEFT JOIN zone AS first ON first.no = d.zone
LEFT JOIN duty AS du ON du.no = o.duty_no
