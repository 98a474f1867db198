/* delegation_agreements: agreements that cover a delegation and were made by the right parties:
   the zone that received it and a department that is responsible for the item. None that is
   voided. */
SELECT d.no AS delegation_no,
       a.no AS agreement_no,
       a.signed_on AS signed_on,
       coalesce(a.effective_on, a.signed_on) AS effective_on,
       a.expires_on AS expires_on
FROM delegation AS d
JOIN agreement_item AS ai ON ai.item = d.item
JOIN agreement AS a ON a.no = ai.agreement AND a.zone = d.zone AND a.voided_on IS NULL
WHERE EXISTS (
  SELECT 1 FROM item_department AS x WHERE x.item = d.item AND x.department = a.department
)
