/* cases: matters that somebody applied for, as the platform's files give them: the latest file's row
   on each, of files that are not voided. number: the office's own, #LINE where none is kept. zone,
   department: who accepted; decided_zone, decided_department: who decided; seal_…: whose seal it bears.
   matched: whether the item was found by code, by name, or is doubtful. No data of applicants. */
SELECT c.no AS case_no,
       c.number AS number,
       src.name AS source,
       ins.id AS instrument,
       i.id AS item,
       i.name AS item_name,
       c.matched AS matched,
       az.id AS zone,
       ad.id AS department,
       c.applied_on AS applied_on,
       c.accepted_on AS accepted_on,
       c.promised_on AS promised_on,
       dz.id AS decided_zone,
       dd.id AS decided_department,
       c.decided_on AS decided_on,
       c.result AS result,
       c.certified AS certified,
       sz.id AS seal_zone,
       sd.id AS seal_department,
       c.satisfaction AS satisfaction,
       c.line AS line,
       c.load AS load_no,
       l.provenance AS provenance,
       c.item AS item_no,
       c.accepted_zone AS zone_no,
       c.accepted_department AS department_no,
       c.decided_zone AS decided_zone_no,
       c.decided_department AS decided_department_no,
       c.seal_zone AS seal_zone_no,
       c.seal_department AS seal_department_no
FROM case_record AS c
CROSS JOIN platform_load AS l -- in this order: there are far more cases than files
LEFT JOIN platform_source AS src ON src.no = c.source
LEFT JOIN item AS i ON i.no = c.item
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS az ON az.no = c.accepted_zone
LEFT JOIN department AS ad ON ad.no = c.accepted_department
LEFT JOIN zone AS dz ON dz.no = c.decided_zone
LEFT JOIN department AS dd ON dd.no = c.decided_department
LEFT JOIN zone AS sz ON sz.no = c.seal_zone
LEFT JOIN department AS sd ON sd.no = c.seal_department
WHERE c.superseded_by IS NULL AND l.no = c.load AND l.voided_on IS NULL
