/* obligation_dues: what is owed as of the day: delegation × duty of the mode that it has in its
   period, with its due date, by number: the narrow form that obligations and obligation_state share.
   start_on is NULL while the event that a duty is counted from has not happened by the day, and
   where each case has its own; due_on is NULL as well where the calendar does not reach.
   agreed_on is when a duty was met that an agreement meets. One SELECT without UNION: SQLite joins
   it to others without materialising it first. */
SELECT pd.duty_no AS duty_no,
       d.no AS delegation_no,
       d.item AS item_no,
       coalesce(pd.zone_no, d.zone) AS zone_no,
       pd.proof AS proof,
       pd.counted_from AS counted_from,
       CASE pd.proof WHEN 'agreement' THEN fa.signed_on END AS agreed_on,
       CASE pd.counted_from WHEN 'issue' THEN pd.counted_on WHEN 'agreement' THEN fa.effective_on END
         AS start_on,
       coalesce(pd.due_on, w.date, c.date) AS due_on,
       coalesce(pd.certainty, w.certainty, c.certainty) AS certainty
FROM period_duties AS pd
CROSS JOIN delegation_period AS dp
CROSS JOIN delegation AS d
-- looked up only for duties that have to do with agreements
LEFT JOIN first_agreements AS fa
  ON fa.delegation_no = CASE WHEN 'agreement' IN (pd.proof, pd.counted_from) THEN d.no END
LEFT JOIN workday AS counting
  ON counting.date = CASE pd.counted_from WHEN 'agreement' THEN fa.effective_on END
LEFT JOIN working_period_ends AS w
  ON pd.unit = 'working' AND w.ordinal = counting.ordinal + pd.amount
LEFT JOIN calendar_period_ends AS c
  ON pd.unit = 'calendar' AND c.day_number = counting.day_number + pd.amount
WHERE dp.period = pd.period_no AND d.no = dp.delegation
