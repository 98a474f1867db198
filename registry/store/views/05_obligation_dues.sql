/* obligation_dues: delegation × applicable duty with its due date, by number: the narrow form that
   obligations and obligation_state share. start_on is NULL while the event that a duty is counted
   from has not happened by the day; due_on is NULL as well where the calendar does not reach.
   agreed_on is when a duty was met that an agreement meets. One SELECT without UNION: SQLite joins
   it to others without laying it down first. */
SELECT o.duty_no AS duty_no,
       o.delegation_no AS delegation_no,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.proof AS proof,
       o.agreed_on AS agreed_on,
       o.start_on AS start_on,
       coalesce(o.due_on, due.date) AS due_on,
       coalesce(o.certainty, due.certainty) AS certainty
FROM (
  SELECT du.no AS duty_no,
         d.no AS delegation_no,
         i.no AS item_no,
         d.zone AS zone_no,
         du.proof AS proof,
         CASE du.proof WHEN 'agreement' THEN fa.signed_on END AS agreed_on,
         CASE du.counted_from WHEN 'issue' THEN dd.start_on ELSE fa.effective_on END AS start_on,
         dd.due_on AS due_on,
         dd.certainty AS certainty,
         CASE du.counted_from WHEN 'agreement' THEN
           (SELECT CASE du.unit
                     WHEN 'working' THEN
                       (SELECT w.date FROM workday AS w
                        WHERE w.is_workday = 1 AND w.ordinal = start.ordinal + du.amount)
                     ELSE
                       (SELECT w.date FROM workday AS w
                        WHERE w.is_workday = 1 AND w.day_number >= start.day_number + du.amount
                        ORDER BY w.day_number LIMIT 1)
                   END
            FROM workday AS start
            WHERE start.date = fa.effective_on)
         END AS counted_due_on
  FROM duty AS du
  JOIN duty_mode AS dm ON dm.duty = du.no
  JOIN item AS i ON i.instrument = dm.instrument AND i.mode = dm.mode
    AND (du.initiation IS NULL OR i.initiation = du.initiation)
  JOIN delegation AS d ON d.item = i.no
  LEFT JOIN duty_deadlines AS dd ON dd.duty_no = du.no
  -- looked up only for duties that have to do with agreements
  LEFT JOIN first_agreements AS fa
    ON fa.delegation_no = CASE WHEN 'agreement' IN (du.proof, du.counted_from) THEN d.no END
) AS o
LEFT JOIN workday AS due ON due.date = o.counted_due_on
