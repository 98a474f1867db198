/* obligation_state: how every obligation stands as of the day, by number. An audit reads this once
   into a temporary table of the same name. met_on counts only proof dated by that day. */
SELECT o.duty_no AS duty_no,
       o.delegation_no AS delegation_no,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.due_on AS due_on,
       o.certainty AS certainty,
       CASE WHEN o.met_on <= o.day THEN o.met_on END AS met_on,
       CASE
         WHEN o.met_on <= o.day THEN 'ok'
         WHEN o.start_on IS NULL THEN 'skip'
         WHEN o.due_on IS NULL THEN 'manual'
         WHEN o.day <= o.due_on THEN 'pending'
         ELSE 'alarm'
       END AS status
FROM (
  SELECT d.*,
         t.date AS day,
         CASE d.proof
           WHEN 'agreement' THEN
             (SELECT min(da.signed_on) FROM delegation_agreements AS da
              WHERE da.delegation_no = d.delegation_no)
           ELSE
             (SELECT min(p.done_on) FROM proof AS p
              WHERE p.duty = d.duty_no AND p.delegation = d.delegation_no)
         END AS met_on
  FROM obligation_dues AS d
  CROSS JOIN as_of AS t
) AS o
