/* obligation_state: how every obligation stands as of the day, by number. An audit reads this once
   into a temporary table of the same name. met_on counts only proof dated by that day. */
SELECT o.duty_no AS duty_no,
       o.delegation_no AS delegation_no,
       CASE
         WHEN coalesce(p.done_on, o.agreed_on) IS NOT NULL THEN 'ok'
         WHEN o.start_on IS NULL THEN 'skip'
         WHEN o.due_on IS NULL THEN 'manual'
         WHEN t.date <= o.due_on THEN 'pending'
         ELSE 'alarm'
       END AS status,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.due_on AS due_on,
       o.certainty AS certainty,
       coalesce(p.done_on, o.agreed_on) AS met_on
FROM as_of AS t
CROSS JOIN obligation_dues AS o
LEFT JOIN first_proofs AS p ON o.proof = 'deliverable'
  AND p.duty_no = o.duty_no AND p.delegation_no = o.delegation_no AND p.done_on <= t.date
