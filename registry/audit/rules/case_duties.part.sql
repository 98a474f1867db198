-- Duties that are counted from each case; what stands in braces is the check's.
SELECT s.instrument,
       'delegation' AS subject_type,
       s.delegation AS subject_id,
       s.duty,
       s.item,
       s.zone,
       {status} AS status,
       s.due_on,
       s.met_on,
       s.duty || '/' || substr(s.start_on, 1, 7) AS discriminator,
       s.number AS case_number,
       s.provenance
FROM as_of AS t
CROSS JOIN duty_check AS c
CROSS JOIN case_duties AS s
WHERE c."check" = '{check}' AND c.code = :code AND s.duty_no = c.duty
