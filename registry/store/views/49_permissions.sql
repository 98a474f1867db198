/* permissions: what the platform lets whom do: act of an item, as the latest file of each of its
   systems gives them; none of files that are voided. holder: a login, window or role. zone,
   department: whose it is; neither where none is known. */
SELECT p.no AS permission_no,
       src.name AS source,
       p.holder AS holder,
       z.id AS zone,
       d.id AS department,
       ins.id AS instrument,
       i.id AS item,
       i.name AS item_name,
       p.act AS act,
       p.matched AS matched,
       p.line AS line,
       p.load AS load_no,
       l.loaded_on AS loaded_on,
       l.provenance AS provenance,
       p.item AS item_no,
       p.zone AS zone_no,
       p.department AS department_no
FROM permission AS p
JOIN platform_load AS l ON l.no = p.load AND l.voided_on IS NULL
JOIN platform_source AS src ON src.no = l.source
LEFT JOIN zone AS z ON z.no = p.zone
LEFT JOIN department AS d ON d.no = p.department
LEFT JOIN item AS i ON i.no = p.item
LEFT JOIN instrument AS ins ON ins.no = i.instrument
WHERE NOT EXISTS (
  SELECT 1 FROM platform_load AS later
  WHERE later.kind = 'permissions' AND later.source = l.source AND later.voided_on IS NULL
    AND later.no > l.no
)
