/* delegation_agreements: agreements that cover a delegation and were made by the right parties:
   the zone that received it, or one that took it over, and a department that is responsible for the
   item, or was before, or took over. */
SELECT d.no AS delegation_no,
       a.no AS agreement_no,
       a.signed_on AS signed_on,
       coalesce(a.effective_on, a.signed_on) AS effective_on,
       a.expires_on AS expires_on
FROM delegation AS d
JOIN zone_holders AS z ON z.zone_no = d.zone
JOIN agreement_item AS ai ON ai.item = d.item
JOIN agreement AS a ON a.no = ai.agreement AND a.zone = z.holder_no
WHERE a.voided_on IS NULL AND EXISTS (
  SELECT 1 FROM item_department AS x
  JOIN department_lines AS l ON l.department_no = x.department
  WHERE x.item = d.item AND l.relative_no = a.department
)
