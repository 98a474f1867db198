/* zone_contacts: where a zone is found, and whom to ask there; what is not recorded is NULL. */
SELECT z.id AS zone,
       c.guide_url AS guide_url,
       c.apply_url AS apply_url,
       c.address AS address,
       c.hours AS hours,
       c.consult_phone AS consult_phone,
       c.complaint_phone AS complaint_phone,
       c.provenance AS provenance,
       c.source AS source,
       z.no AS zone_no
FROM zone_contact AS c
JOIN zone AS z ON z.no = c.zone
