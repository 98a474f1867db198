/* recorded_rows: rows of the ledger that were entered after the build, with the day of the paper and
   the day on which it was entered; voided ones are not here. key: as people write it. */
SELECT ins.id AS instrument,
       'agreement' AS kind,
       a.number AS key,
       dep.id AS department,
       z.id AS zone,
       a.signed_on AS dated_on,
       r.recorded_on AS recorded_on,
       a.provenance AS provenance
FROM recorded_row AS r
JOIN agreement AS a ON r.kind = 'agreement' AND a.no = r.row AND a.voided_on IS NULL
JOIN instrument AS ins ON ins.no = a.instrument
JOIN zone AS z ON z.no = a.zone
LEFT JOIN department AS dep ON dep.no = a.department
UNION ALL
SELECT ins.id, 'proof', 'P-' || CAST(dv.no AS TEXT), NULL, z.id, dv.done_on, r.recorded_on,
       dv.provenance
FROM recorded_row AS r
JOIN deliverable AS dv ON r.kind = 'deliverable' AND dv.no = r.row AND dv.voided_on IS NULL
JOIN duty AS du ON du.no = dv.duty
JOIN instrument AS ins ON ins.no = du.instrument
LEFT JOIN zone AS z ON z.no = dv.zone
UNION ALL
SELECT ins.id, 'guidance', 'G-' || CAST(g.no AS TEXT), dep.id, z.id, g.raised_on, r.recorded_on,
       g.provenance
FROM recorded_row AS r
JOIN guidance_request AS g ON r.kind = 'guidance_request' AND g.no = r.row AND g.voided_on IS NULL
JOIN instrument AS ins ON ins.no = g.instrument
JOIN zone AS z ON z.no = g.zone
JOIN department AS dep ON dep.no = g.department
