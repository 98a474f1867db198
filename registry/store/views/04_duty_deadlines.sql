/* duty_deadlines: the day on which a duty that is counted from issue falls due, counted from the
   instrument that states it. due_on is NULL where the calendar does not reach. */
SELECT pd.duty_no AS duty_no,
       ins.id AS instrument,
       du.id AS duty,
       pd.start_on AS start_on,
       pd.due_on AS due_on,
       pd.certainty AS certainty
FROM period_deadlines AS pd
JOIN duty AS du ON du.no = pd.duty_no
JOIN instrument AS ins ON ins.no = du.instrument AND ins.issued_on = pd.start_on
