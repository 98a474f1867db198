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
WITH signed AS MATERIALIZED (
  -- all agreements by the day, the one in force first
  SELECT x.*,
         row_number() OVER (
           PARTITION BY x.delegation_no
           ORDER BY x.kind, x.ended_on DESC, x.signed_on DESC, x.agreement_no DESC
         ) AS place
  FROM (
    SELECT da.delegation_no AS delegation_no,
           da.agreement_no AS agreement_no,
           da.signed_on AS signed_on,
           g.instrument AS instrument_no,
           g.from_on AS from_on,
           g.to_on AS to_on,
           g.terminated_on AS terminated_on,
           CASE WHEN g.to_on < t.date THEN 3 WHEN g.from_on > t.date THEN 2 ELSE 1 END AS kind,
           CASE WHEN g.to_on < t.date THEN g.to_on ELSE '' END AS ended_on,
           CASE g.provenance WHEN 'demonstration' THEN 3 WHEN 'reconstruction' THEN 2 ELSE 1 END
             AS weakness
    FROM as_of AS t
    CROSS JOIN delegation_agreements AS da
    JOIN agreement AS g ON g.no = da.agreement_no
    WHERE da.signed_on <= t.date
  ) AS x
),
whole AS (
  SELECT s.delegation_no AS delegation_no,
         max(s.weakness) AS weakness,
         -- those that end before they begin cover nothing, and count where there are no others
         coalesce(
           max(CASE WHEN s.to_on IS NULL THEN '9999-12-31' WHEN s.to_on >= s.from_on THEN s.to_on END),
           max(s.to_on)
         ) AS last_on
  FROM signed AS s
  GROUP BY s.delegation_no
),
stretch AS MATERIALIZED (
  SELECT s.delegation_no AS delegation_no,
         s.from_on AS from_on,
         s.covered_until AS covered_until,
         s.gap_days AS gap_days,
         row_number() OVER (PARTITION BY s.delegation_no, s.has_begun ORDER BY s.from_on DESC) AS place,
         s.has_begun AS has_begun
  FROM (
    SELECT a.*, CASE WHEN a.covered_until < t.date THEN 1 ELSE 0 END AS has_begun
    FROM as_of AS t CROSS JOIN agreement_stretches AS a
  ) AS s
),
covered AS (
  SELECT s.delegation_no AS delegation_no,
         max(CASE WHEN s.from_on <= t.date THEN s.from_on END) AS since,
         min(CASE WHEN s.covered_until >= t.date THEN s.covered_until END) AS ends_on
  FROM as_of AS t
  CROSS JOIN stretch AS s
  GROUP BY s.delegation_no
),
incomplete AS (
  SELECT DISTINCT a.no AS agreement_no
  FROM agreement AS a
  JOIN required_terms AS term ON term.instrument_no = a.instrument
  LEFT JOIN agreement_contains AS c ON c.agreement = a.no AND c.term = term.term
  WHERE c.term IS NULL
),
overdue AS (
  SELECT o.delegation_no AS delegation_no
  FROM obligation_dues AS o
  WHERE o.proof = 'agreement' AND o.agreed_on > o.due_on
  GROUP BY o.delegation_no -- DISTINCT would have SQLite lay the calendar down
)
SELECT d.delegation_no AS delegation_no,
       a.agreement_no AS agreement_no,
       CASE
         WHEN a.agreement_no IS NULL THEN '未签订'
         WHEN a.to_on < t.date AND a.to_on = a.terminated_on THEN '已解除'
         WHEN a.to_on < t.date THEN '已届满'
         WHEN incomplete.agreement_no IS NOT NULL THEN '要件不全'
         WHEN overdue.delegation_no IS NOT NULL THEN '逾期签订'
         ELSE '已签订'
       END AS status,
       CASE WHEN a.from_on <= t.date AND (a.to_on IS NULL OR a.to_on >= t.date) THEN covered.since
       END AS since,
       CASE WHEN a.from_on > t.date THEN a.from_on ELSE coalesce(covered.since, a.from_on) END
         AS exercisable_from,
       coalesce(covered.ends_on, nullif(whole.last_on, '9999-12-31')) AS ends_on,
       nullif(whole.last_on, '9999-12-31') AS last_on,
       gap.covered_until AS covered_until,
       gap.gap_days AS gap_days,
       gap.from_on AS gap_ended_on,
       CASE whole.weakness WHEN 3 THEN 'demonstration' WHEN 2 THEN 'reconstruction'
                           WHEN 1 THEN 'official' END AS provenance
FROM as_of AS t
CROSS JOIN mode AS m
JOIN current_periods AS d ON d.instrument_no = m.instrument AND d.mode = m.name
LEFT JOIN signed AS a ON a.delegation_no = d.delegation_no AND a.place = 1
LEFT JOIN whole ON whole.delegation_no = d.delegation_no
LEFT JOIN covered ON covered.delegation_no = d.delegation_no
LEFT JOIN stretch AS gap
  ON gap.delegation_no = d.delegation_no AND gap.has_begun = 1 AND gap.place = 1
LEFT JOIN incomplete ON incomplete.agreement_no = a.agreement_no
LEFT JOIN overdue ON overdue.delegation_no = d.delegation_no
WHERE m.needs_agreement = 1
