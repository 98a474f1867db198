/* first_proofs: the day on which a deliverable first proved an obligation. */
SELECT p.duty AS duty_no,
       p.delegation AS delegation_no,
       min(p.done_on) AS done_on
FROM proof AS p
GROUP BY p.duty, p.delegation
