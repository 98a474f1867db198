/* obligation_dues: delegation × applicable duty with its due date, by number: the narrow form that
   obligations and obligation_state share. start_on is NULL while the event that a duty is counted
   from has not happened by the day; due_on is NULL as well where the calendar does not reach. */
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
SELECT du.duty_no,
       du.delegation_no,
       du.item_no,
       du.zone_no,
       du.proof,
       du.start_on,
       due.date,
       due.certainty
FROM (
  SELECT x.no AS duty_no,
         d.no AS delegation_no,
         i.no AS item_no,
         d.zone AS zone_no,
         x.proof AS proof,
         x.unit AS unit,
         x.amount AS amount,
         (SELECT min(da.effective_on) FROM as_of AS day CROSS JOIN delegation_agreements AS da
          WHERE da.delegation_no = d.no AND da.signed_on <= day.date) AS start_on
  FROM duty AS x
  JOIN duty_mode AS dm ON dm.duty = x.no
  JOIN item AS i ON i.instrument = dm.instrument AND i.mode = dm.mode
    AND (x.initiation IS NULL OR i.initiation = x.initiation)
  JOIN delegation AS d ON d.item = i.no
  WHERE x.counted_from = 'agreement'
) AS du
LEFT JOIN workday AS start ON start.date = du.start_on
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
