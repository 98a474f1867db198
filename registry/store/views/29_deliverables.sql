/* deliverables: proof that obligations were met. zone NULL: in every zone. key: what a row is
   called, as P-12. None that is voided. */
SELECT ins.id AS instrument,
       du.id AS duty,
       du.name_zh AS duty_name,
       z.id AS zone,
       dv.covers AS covers,
       dv.done_on AS done_on,
       dv.document AS document,
       dv.url AS url,
       dv.sha256 AS sha256,
       dv.note AS note,
       dv.provenance AS provenance,
       dv.source AS source,
       dv.no AS deliverable_no,
       'P-' || CAST(dv.no AS TEXT) AS key
FROM deliverable AS dv
JOIN duty AS du ON du.no = dv.duty
JOIN instrument AS ins ON ins.no = du.instrument
LEFT JOIN zone AS z ON z.no = dv.zone
WHERE dv.voided_on IS NULL
