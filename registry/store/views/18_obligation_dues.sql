/* obligation_dues: what is owed as of the day: delegation × duty of the mode that it has in its
   period, with its due date, by number: the narrow form that obligations and obligation_state share.
   Nothing is owed before the instrument is issued that opened the period, or after the period.
   start_on is NULL while the event that a duty is counted from has not happened by the day, and
   where each case has its own; due_on is NULL as well where the calendar does not reach.
   agreed_on is when a duty was met that an agreement meets. One SELECT without UNION: SQLite joins
   it to others without materialising it first. */
SELECT du.no AS duty_no,
       d.no AS delegation_no,
       d.item AS item_no,
       coalesce(p.zone, d.zone) AS zone_no,
       du.proof AS proof,
       CASE du.proof WHEN 'agreement' THEN fa.signed_on END AS agreed_on,
       CASE du.counted_from WHEN 'issue' THEN p.counted_on WHEN 'agreement' THEN fa.effective_on END
         AS start_on,
       coalesce(pd.due_on, w.date, c.date) AS due_on,
       coalesce(pd.certainty, w.certainty, c.certainty) AS certainty
FROM as_of AS t
CROSS JOIN period AS p
CROSS JOIN duty_mode AS dm
CROSS JOIN duty AS du
CROSS JOIN delegation_period AS dp
CROSS JOIN delegation AS d
LEFT JOIN period_deadlines AS pd ON pd.duty_no = du.no AND pd.start_on = p.counted_on
-- looked up only for duties that have to do with agreements
LEFT JOIN first_agreements AS fa
  ON fa.delegation_no = CASE WHEN 'agreement' IN (du.proof, du.counted_from) THEN d.no END
LEFT JOIN workday AS counting
  ON counting.date = CASE du.counted_from WHEN 'agreement' THEN fa.effective_on END
LEFT JOIN working_period_ends AS w
  ON du.unit = 'working' AND w.ordinal = counting.ordinal + du.amount
LEFT JOIN calendar_period_ends AS c
  ON du.unit = 'calendar' AND c.day_number = counting.day_number + du.amount
WHERE dm.instrument = p.instrument AND dm.mode = p.mode AND du.no = dm.duty
  AND (du.initiation IS NULL OR du.initiation = p.initiation)
  AND dp.period = p.no AND d.no = dp.delegation
  AND p.owed_from <= t.date AND (p.to_on IS NULL OR p.to_on >= t.date)
