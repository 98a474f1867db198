/* guidance_requests: what zones asked for, and when departments answered. key: what
   a row is called, as G-3. None that is voided. */
SELECT ins.id AS instrument,
       g.no AS id,
       z.id AS zone,
       dep.id AS department,
       dep.short_name AS department_name,
       g.kind AS kind,
       g.raised_on AS raised_on,
       g.answered_on AS answered_on,
       g.text AS text,
       g.provenance AS provenance,
       g.source AS source,
       'G-' || CAST(g.no AS TEXT) AS key
FROM guidance_request AS g
JOIN instrument AS ins ON ins.no = g.instrument
JOIN zone AS z ON z.no = g.zone
JOIN departments AS dep ON dep.department_no = g.department
WHERE g.voided_on IS NULL
