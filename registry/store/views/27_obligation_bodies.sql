/* obligation_bodies: the bodies that owe an obligation, one row each, and how it stands as of the
   day. What departments owe of an item that none is responsible for, the reform office (`office`)
   owes. */
SELECT ins.id AS instrument,
       i.id || '-' || first.id AS delegation,
       du.id AS duty,
       owed.kind AS kind,
       CASE owed.kind WHEN 'zone' THEN z.id ELSE coalesce(dep.department, 'office') END AS body,
       s.status AS status,
       s.due_on AS due_on,
       s.met_on AS met_on,
       s.duty_no AS duty_no,
       s.delegation_no AS delegation_no
FROM duty AS du
JOIN duty_owed_by AS owed ON owed.duty = du.no
JOIN obligation_state AS s ON s.duty_no = du.no
JOIN item AS i ON i.no = s.item_no
JOIN instrument AS ins ON ins.no = du.instrument
JOIN zone AS z ON z.no = s.zone_no
JOIN delegation AS d ON d.no = s.delegation_no
JOIN zone AS first ON first.no = d.zone
LEFT JOIN item_departments AS dep ON owed.kind = 'department' AND dep.item_no = s.item_no
