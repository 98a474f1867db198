/* licences: licences of the published lists that were taken in, off which none may be required. source:
   which list; from_on: since when it is in force, NULL: since ever. */
SELECT l.source AS source,
       x.name AS name,
       x.name_key AS name_key,
       x.basic_code AS basic_code,
       l.from_on AS from_on,
       l.provenance AS provenance
FROM licence AS x
JOIN licence_list AS l ON l.no = x.list
