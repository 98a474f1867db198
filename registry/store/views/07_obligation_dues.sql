/* obligation_dues: delegation × applicable duty with its due date, by number: the narrow form that
   obligations and obligation_state share. start_on is NULL while the event that a duty is counted
   from has not happened by the day, and where each case has its own; due_on is NULL as well where
   the calendar does not reach.
   agreed_on is when a duty was met that an agreement meets. One SELECT without UNION: SQLite joins
   it to others without materialising it first. */
SELECT du.no AS duty_no,
       d.no AS delegation_no,
       i.no AS item_no,
       d.zone AS zone_no,
       du.proof AS proof,
       CASE du.proof WHEN 'agreement' THEN fa.signed_on END AS agreed_on,
       CASE du.counted_from WHEN 'issue' THEN dd.start_on WHEN 'agreement' THEN fa.effective_on END
         AS start_on,
       coalesce(dd.due_on, w.date, c.date) AS due_on,
       coalesce(dd.certainty, w.certainty, c.certainty) AS certainty
FROM duty AS du
JOIN duty_mode AS dm ON dm.duty = du.no
JOIN item AS i ON i.instrument = dm.instrument AND i.mode = dm.mode
  AND (du.initiation IS NULL OR i.initiation = du.initiation)
JOIN delegation AS d ON d.item = i.no
LEFT JOIN duty_deadlines AS dd ON dd.duty_no = du.no
-- looked up only for duties that have to do with agreements
LEFT JOIN first_agreements AS fa
  ON fa.delegation_no = CASE WHEN 'agreement' IN (du.proof, du.counted_from) THEN d.no END
LEFT JOIN workday AS start
  ON start.date = CASE du.counted_from WHEN 'agreement' THEN fa.effective_on END
LEFT JOIN working_period_ends AS w
  ON du.unit = 'working' AND w.ordinal = start.ordinal + du.amount
LEFT JOIN calendar_period_ends AS c
  ON du.unit = 'calendar' AND c.day_number = start.day_number + du.amount
