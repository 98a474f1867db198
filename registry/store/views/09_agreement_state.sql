/* agreement_state: how the agreements of every entrusting delegation stand as of the day, by number;
   this decides agreement_status, and nothing else does. Of agreements signed by the day, agreement_no
   is the one in force, else one that is still to come, else the last that ended. Whether the
   agreement was late is judged by the first of all; whether there is one, by all.
   since: from which day on agreements have covered the days up to the day without a gap; NULL: none
   is in force. exercisable_from: the same, or the first day of what is to come or has ended.
   ends_on: the last day of the stretch without a gap; last_on: of all; NULL: no end is set.
   covered_until, gap_days, gap_ended_on: the last gap between two agreements that has begun by the
   day: the day before it, its days, and the day on which the next agreement took effect.
   provenance: the weakest of all these agreements, since all have a say in it.
   An audit reads this once into a temporary table of the same name. */
SELECT x.delegation_no AS delegation_no,
       x.agreement_no AS agreement_no,
       CASE
         WHEN a.no IS NULL THEN '未签订'
         WHEN a.to_on < t.date AND a.to_on = a.terminated_on THEN '已解除'
         WHEN a.to_on < t.date THEN '已届满'
         WHEN EXISTS (
           SELECT 1 FROM required_terms AS term
           WHERE term.instrument_no = a.instrument AND term.term NOT IN
             (SELECT c.term FROM agreement_contains AS c WHERE c.agreement = a.no)
         ) THEN '要件不全'
         WHEN EXISTS (
           SELECT 1 FROM obligation_dues AS o
           WHERE o.delegation_no = x.delegation_no AND o.proof = 'agreement'
             AND o.agreed_on > o.due_on
         ) THEN '逾期签订'
         ELSE '已签订'
       END AS status,
       CASE WHEN a.from_on <= t.date AND (a.to_on IS NULL OR a.to_on >= t.date) THEN
         (SELECT max(s.from_on) FROM agreement_stretches AS s
          WHERE s.delegation_no = x.delegation_no AND s.from_on <= t.date)
       END AS since,
       CASE WHEN a.from_on > t.date THEN a.from_on ELSE
         coalesce((SELECT max(s.from_on) FROM agreement_stretches AS s
                   WHERE s.delegation_no = x.delegation_no AND s.from_on <= t.date), a.from_on)
       END AS exercisable_from,
       coalesce(
         (SELECT min(s.covered_until) FROM agreement_stretches AS s
          WHERE s.delegation_no = x.delegation_no AND s.covered_until >= t.date),
         nullif(x.last_on, '9999-12-31')
       ) AS ends_on,
       nullif(x.last_on, '9999-12-31') AS last_on,
       (SELECT max(s.covered_until) FROM agreement_stretches AS s
        WHERE s.delegation_no = x.delegation_no AND s.covered_until < t.date) AS covered_until,
       (SELECT s.gap_days FROM agreement_stretches AS s
        WHERE s.delegation_no = x.delegation_no AND s.covered_until < t.date
        ORDER BY s.covered_until DESC LIMIT 1) AS gap_days,
       (SELECT max(s.from_on) FROM agreement_stretches AS s
        WHERE s.delegation_no = x.delegation_no AND s.covered_until < t.date) AS gap_ended_on,
       (SELECT CASE max(CASE g.provenance WHEN 'demonstration' THEN 3
                                          WHEN 'reconstruction' THEN 2 ELSE 1 END)
                 WHEN 3 THEN 'demonstration' WHEN 2 THEN 'reconstruction' WHEN 1 THEN 'official' END
        FROM delegation_agreements AS da
        JOIN agreement AS g ON g.no = da.agreement_no
        WHERE da.delegation_no = x.delegation_no AND da.signed_on <= t.date) AS provenance
FROM as_of AS t
CROSS JOIN (
  SELECT d.no AS delegation_no,
         (SELECT da.agreement_no
          FROM as_of AS day
          CROSS JOIN delegation_agreements AS da
          JOIN agreement AS g ON g.no = da.agreement_no
          WHERE da.delegation_no = d.no AND da.signed_on <= day.date
          ORDER BY CASE WHEN g.to_on < day.date THEN 3 WHEN g.from_on > day.date THEN 2 ELSE 1 END,
                   CASE WHEN g.to_on < day.date THEN g.to_on END DESC,
                   da.signed_on DESC, da.agreement_no DESC
          LIMIT 1) AS agreement_no,
         coalesce(
           (SELECT max(coalesce(p.to_on, '9999-12-31'))
            FROM as_of AS day CROSS JOIN agreement_periods AS p
            WHERE p.delegation_no = d.no AND p.signed_on <= day.date),
           -- all of them end before they begin
           (SELECT max(g.to_on)
            FROM as_of AS day
            CROSS JOIN delegation_agreements AS da
            JOIN agreement AS g ON g.no = da.agreement_no
            WHERE da.delegation_no = d.no AND da.signed_on <= day.date)
         ) AS last_on
  FROM mode AS m
  JOIN item AS i ON i.instrument = m.instrument AND i.mode = m.name
  JOIN delegation AS d ON d.item = i.no
  WHERE m.entrusts = 1
) AS x
LEFT JOIN agreement AS a ON a.no = x.agreement_no
