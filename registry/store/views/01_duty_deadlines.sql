/* duty_deadlines: the day on which a duty that is counted from issue falls due.
   A period of calendar days that ends on a day off runs on to the next working day (by analogy
   with 民法典 第二百零三条). due_on is NULL where the calendar does not reach. */
SELECT du.no AS duty_no,
       ins.id AS instrument,
       du.id AS duty,
       ins.issued_on AS start_on,
       due.date AS due_on,
       due.certainty AS certainty
FROM duty AS du
JOIN instrument AS ins ON ins.no = du.instrument
LEFT JOIN workday AS start ON start.date = ins.issued_on
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
WHERE du.counted_from = 'issue'
