/* limit_deadlines: the last day of the period that the law sets for a decision, by type of power and
   day of acceptance, without stops or extensions. due_on NULL: the calendar does not reach. */
SELECT m.power_type AS power_type,
       a.date AS accepted_on,
       coalesce(w.date, e.date) AS due_on
FROM legal_limit AS m
CROSS JOIN workday AS a
LEFT JOIN working_period_ends AS w ON m.unit = 'working' AND w.ordinal = a.ordinal + m.amount
LEFT JOIN calendar_period_ends AS e
  ON m.unit = 'calendar' AND e.day_number = a.day_number + m.amount
