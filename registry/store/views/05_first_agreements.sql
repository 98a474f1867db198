/* first_agreements: when a delegation was first covered by an agreement, of those signed by the
   day, and from when on such an agreement is first in force. */
SELECT da.delegation_no AS delegation_no,
       min(da.signed_on) AS signed_on,
       min(a.from_on) AS effective_on
FROM as_of AS t
CROSS JOIN delegation_agreements AS da
JOIN agreement AS a ON a.no = da.agreement_no
WHERE da.signed_on <= t.date
GROUP BY da.delegation_no
