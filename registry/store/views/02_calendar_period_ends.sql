/* calendar_period_ends: the day on which a period of calendar days ends: join it on day_number =
   workday.day_number of the day that the period is counted from + the days. A period that ends on
   a day off runs on to the next working day (by analogy with 民法典 第二百零三条), whose ordinal is
   one more. date NULL, or no row: the calendar does not reach. */
SELECT d.day_number AS day_number,
       (SELECT min(e.date) FROM working_period_ends AS e
        WHERE e.ordinal = d.ordinal + 1 - d.is_workday) AS date,
       (SELECT min(e.certainty) FROM working_period_ends AS e
        WHERE e.ordinal = d.ordinal + 1 - d.is_workday) AS certainty
FROM workday AS d
