/* platform_loads: files of the platform that were taken in: cases, accounts, permissions. key: what a
   load is called, as L-2; from_on, to_on: the days that a file of cases covers. None that is voided. */
SELECT 'L-' || CAST(l.no AS TEXT) AS key,
       l.kind AS kind,
       src.name AS source,
       l.loaded_on AS loaded_on,
       l.from_on AS from_on,
       l.to_on AS to_on,
       l.rows_read AS rows_read,
       l.rows_kept AS rows_kept,
       l.content_digest AS content_digest,
       l.provenance AS provenance,
       l.no AS load_no
FROM platform_load AS l
JOIN platform_source AS src ON src.no = l.source
WHERE l.voided_on IS NULL
