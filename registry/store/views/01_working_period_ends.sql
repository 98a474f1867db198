/* working_period_ends: the day on which a period of working days ends (民法典 第二百零一条): join it
   on ordinal = workday.ordinal of the day that the period is counted from + the working days. No
   row: the calendar does not reach. Workdays of the table `workday` by their ordinal. */
SELECT w.ordinal AS ordinal,
       w.date AS date,
       w.certainty AS certainty
FROM workday AS w
WHERE w.is_workday = 1
