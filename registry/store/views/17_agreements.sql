/* agreements: one row each, with what they contain and what they lack. None that
   is voided. */
SELECT ins.id AS instrument,
       a.number AS number,
       dep.id AS department,
       dep.short_name AS department_name,
       gz.id AS grantor_zone,
       z.id AS zone,
       z.name AS zone_name,
       a.signed_on AS signed_on,
       a.effective_on AS effective_on,
       a.expires_on AS expires_on,
       (SELECT count(*) FROM agreement_item AS ai WHERE ai.agreement = a.no) AS items,
       a.covers AS covers,
       (SELECT group_concat(c.term, ';') FROM agreement_contains AS c
        WHERE c.agreement = a.no) AS contains,
       (SELECT group_concat(term.term, ';') FROM agreement_term AS term
        WHERE term.instrument = a.instrument AND term.required = 1 AND term.term NOT IN
          (SELECT c.term FROM agreement_contains AS c WHERE c.agreement = a.no)) AS lacks,
       (SELECT group_concat(term.term, ';') FROM agreement_term AS term
        WHERE term.instrument = a.instrument AND term.required = 0 AND term.term NOT IN
          (SELECT c.term FROM agreement_contains AS c WHERE c.agreement = a.no)) AS lacks_advisable,
       a.document AS document,
       a.url AS url,
       a.provenance AS provenance,
       a.source AS source,
       a.no AS agreement_no
FROM agreement AS a
JOIN instrument AS ins ON ins.no = a.instrument
JOIN zone AS z ON z.no = a.zone
LEFT JOIN department AS dep ON dep.no = a.department
LEFT JOIN zone AS gz ON gz.no = a.grantor_zone
WHERE a.voided_on IS NULL
