/* period_deadlines: the day on which a duty that is counted from issue falls due, for every day from
   which a period of a delegation may be counted: the day of issue of an instrument. due_on is NULL
   where the calendar does not reach. */
SELECT du.no AS duty_no,
       counted.start_on AS start_on,
       coalesce(w.date, c.date) AS due_on,
       coalesce(w.certainty, c.certainty) AS certainty
FROM duty AS du
CROSS JOIN (SELECT DISTINCT issued_on AS start_on FROM instrument) AS counted
LEFT JOIN workday AS counting ON counting.date = counted.start_on
LEFT JOIN working_period_ends AS w
  ON du.unit = 'working' AND w.ordinal = counting.ordinal + du.amount
LEFT JOIN calendar_period_ends AS c
  ON du.unit = 'calendar' AND c.day_number = counting.day_number + du.amount
WHERE du.counted_from = 'issue'
