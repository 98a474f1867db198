/* obligation_dues: delegation × applicable duty with its due date, by number: the narrow form that
   obligations and obligation_state share. start_on is NULL while the event that a duty is counted
   from has not happened; due_on is NULL as well where the calendar does not reach. */
SELECT du.no AS duty_no,
       d.no AS delegation_no,
       i.no AS item_no,
       d.zone AS zone_no,
       du.proof AS proof,
       dd.start_on AS start_on,
       dd.due_on AS due_on,
       dd.certainty AS certainty
FROM duty AS du
JOIN duty_deadlines AS dd ON dd.duty_no = du.no
JOIN duty_mode AS dm ON dm.duty = du.no
JOIN item AS i ON i.instrument = dm.instrument AND i.mode = dm.mode
  AND (du.initiation IS NULL OR i.initiation = du.initiation)
JOIN delegation AS d ON d.item = i.no
UNION ALL
SELECT du.no,
       d.no,
       i.no,
       d.zone,
       du.proof,
       start.date,
       due.date,
       due.certainty
FROM duty AS du
JOIN duty_mode AS dm ON dm.duty = du.no
JOIN item AS i ON i.instrument = dm.instrument AND i.mode = dm.mode
  AND (du.initiation IS NULL OR i.initiation = du.initiation)
JOIN delegation AS d ON d.item = i.no
LEFT JOIN workday AS start ON start.date =
  (SELECT min(da.effective_on) FROM delegation_agreements AS da WHERE da.delegation_no = d.no)
LEFT JOIN workday AS due ON due.date =
  CASE du.unit
    WHEN 'working' THEN
      (SELECT w.date FROM workday AS w
       WHERE w.is_workday = 1 AND w.ordinal = start.ordinal + du.amount)
    ELSE
      (SELECT w.date FROM workday AS w
       WHERE w.is_workday = 1 AND w.day_number >= start.day_number + du.amount
       ORDER BY w.day_number LIMIT 1)
  END
WHERE du.counted_from = 'agreement'
