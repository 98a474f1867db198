/* agreements: one row each, with what they contain and what they lack. from_on and to_on: when they
   are in force, both days included. None that is voided. */
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
       terms.contains AS contains,
       terms.lacks AS lacks,
       terms.lacks_advisable AS lacks_advisable,
       a.document AS document,
       a.url AS url,
       a.provenance AS provenance,
       a.source AS source,
       a.no AS agreement_no,
       a.terminated_on AS terminated_on,
       a.termination_basis AS termination_basis,
       a.renews AS renews,
       a.filed_on AS filed_on,
       a.dissolved_public_on AS dissolved_public_on,
       a.from_on AS from_on,
       a.to_on AS to_on
FROM agreement AS a
JOIN instrument AS ins ON ins.no = a.instrument
JOIN zones AS z ON z.zone_no = a.zone
LEFT JOIN agreement_term_lists AS terms ON terms.agreement_no = a.no
LEFT JOIN departments AS dep ON dep.department_no = a.department
LEFT JOIN zone AS gz ON gz.no = a.grantor_zone
WHERE a.voided_on IS NULL
