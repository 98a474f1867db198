/* voided_rows: rows of the ledger, and powers, that were voided (作废) and no longer count: what each
   said, and why it was voided. kind: agreement, proof, guidance, service or power; key: its number,
   or P-12, G-3, S-4, Q-1; what: the duty of a proof, the kind of a request, the measure of a
   reduction, the name of a power, which has a row for each of its items. */
SELECT ins.id AS instrument,
       'agreement' AS kind,
       a.number AS key,
       a.voided_on AS voided_on,
       a.voided_why AS voided_why,
       a.voided_by AS voided_by,
       dep.id AS department,
       z.id AS zone,
       NULL AS what,
       a.covers AS covers,
       a.signed_on AS dated,
       a.document AS document,
       a.provenance AS provenance,
       a.source AS source
FROM agreement AS a
JOIN instrument AS ins ON ins.no = a.instrument
JOIN zone AS z ON z.no = a.zone
LEFT JOIN department AS dep ON dep.no = a.department
WHERE a.voided_on IS NOT NULL
UNION ALL
SELECT ins.id, 'proof', 'P-' || CAST(dv.no AS TEXT), dv.voided_on, dv.voided_why, dv.voided_by,
       NULL, z.id, du.id, dv.covers, dv.done_on, dv.document, dv.provenance, dv.source
FROM deliverable AS dv
JOIN duty AS du ON du.no = dv.duty
JOIN instrument AS ins ON ins.no = du.instrument
LEFT JOIN zone AS z ON z.no = dv.zone
WHERE dv.voided_on IS NOT NULL
UNION ALL
SELECT ins.id, 'guidance', 'G-' || CAST(g.no AS TEXT), g.voided_on, g.voided_why, g.voided_by,
       dep.id, z.id, g.kind, NULL, g.raised_on, NULL, g.provenance, g.source
FROM guidance_request AS g
JOIN instrument AS ins ON ins.no = g.instrument
JOIN zone AS z ON z.no = g.zone
JOIN department AS dep ON dep.no = g.department
WHERE g.voided_on IS NOT NULL
UNION ALL
SELECT ins.id, 'service', 'S-' || CAST(s.no AS TEXT), s.voided_on, s.voided_why, s.voided_by,
       NULL, z.id, s.measure, i.id, NULL, NULL, s.provenance, s.source
FROM service_reduction AS s
JOIN item AS i ON i.no = s.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = s.zone
WHERE s.voided_on IS NOT NULL
UNION ALL
SELECT ins.id, 'power', 'Q-' || CAST(p.no AS TEXT), p.voided_on, p.voided_why, p.voided_by,
       NULL, NULL, p.name, i.id, NULL, NULL, p.provenance, p.source
FROM power AS p
JOIN item_power AS x ON x.power = p.no
JOIN item AS i ON i.no = x.item
JOIN instrument AS ins ON ins.no = i.instrument
WHERE p.voided_on IS NOT NULL
