/* obligation_gap: the obligations that were not met in time, as of the day: not met, whatever the
   reason, met late, or met with a due date that can't be worked out. Columns as in obligation_state.
   An audit of everything lays it down without going through what was met (registry/store/gaps.py). */
SELECT o.duty_no AS duty_no,
       o.delegation_no AS delegation_no,
       o.status AS status,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.due_on AS due_on,
       o.certainty AS certainty,
       o.met_on AS met_on
FROM obligation_state AS o
WHERE o.met_on IS NULL OR o.due_on IS NULL OR o.met_on > o.due_on
