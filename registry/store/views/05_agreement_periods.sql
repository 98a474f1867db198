/* agreement_periods: from when to when each agreement of the right parties is in force for a
   delegation, both days included. to_on NULL: no end is set. from_on never lies before the signing.
   from_day and to_day are the same as numbers of days. An agreement that ends before it begins has
   no row: it is never in force. */
SELECT da.delegation_no AS delegation_no,
       da.agreement_no AS agreement_no,
       da.signed_on AS signed_on,
       a.from_on AS from_on,
       a.to_on AS to_on,
       a.from_day AS from_day,
       a.to_day AS to_day
FROM delegation_agreements AS da
JOIN agreement AS a ON a.no = da.agreement_no
WHERE a.to_on IS NULL OR a.to_on >= a.from_on
