/* agreement_term_lists: the terms that an agreement contains, those that it lacks and has to contain,
   and those that it lacks of the others, joined by `;`; NULL: none. */
SELECT a.no AS agreement_no,
       has.terms AS contains,
       lacking.terms AS lacks,
       advisable.terms AS lacks_advisable
FROM agreement AS a
LEFT JOIN (
  SELECT x.agreement AS agreement,
         group_concat(x.term, ';') OVER (
           PARTITION BY x.agreement ORDER BY x.term
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
         ) AS terms,
         row_number() OVER (PARTITION BY x.agreement ORDER BY x.term) AS place
  FROM agreement_contains AS x
) AS has ON has.agreement = a.no AND has.place = 1
LEFT JOIN (
  SELECT x.agreement_no AS agreement_no,
         group_concat(x.term, ';') OVER (
           PARTITION BY x.agreement_no ORDER BY x.term
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
         ) AS terms,
         row_number() OVER (PARTITION BY x.agreement_no ORDER BY x.term) AS place
  FROM (
    SELECT b.no AS agreement_no, required.term AS term
    FROM agreement AS b
    JOIN required_terms AS required ON required.instrument_no = b.instrument
    LEFT JOIN agreement_contains AS c ON c.agreement = b.no AND c.term = required.term
    WHERE c.term IS NULL
  ) AS x
) AS lacking ON lacking.agreement_no = a.no AND lacking.place = 1
LEFT JOIN (
  SELECT x.agreement_no AS agreement_no,
         group_concat(x.term, ';') OVER (
           PARTITION BY x.agreement_no ORDER BY x.term
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
         ) AS terms,
         row_number() OVER (PARTITION BY x.agreement_no ORDER BY x.term) AS place
  FROM (
    SELECT b.no AS agreement_no, every.term AS term
    FROM agreement AS b
    JOIN agreement_term AS every ON every.instrument = b.instrument
    LEFT JOIN (SELECT DISTINCT r.instrument_no, r.term FROM required_terms AS r) AS required
      ON required.instrument_no = every.instrument AND required.term = every.term
    LEFT JOIN agreement_contains AS c ON c.agreement = b.no AND c.term = every.term
    WHERE c.term IS NULL AND required.term IS NULL
  ) AS x
) AS advisable ON advisable.agreement_no = a.no AND advisable.place = 1
