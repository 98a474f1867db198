/* limit_deadlines: the last day of the period that the law sets for a decision, by type of power and
   day of acceptance, without stops or extensions. due_on NULL: the calendar does not reach. */
SELECT m.power_type AS power_type,
       a.date AS accepted_on,
       CASE m.unit
         WHEN 'working' THEN (SELECT w.date FROM working_period_ends AS w
                              WHERE w.ordinal = a.ordinal + m.amount)
         ELSE (SELECT e.date FROM calendar_period_ends AS e
               WHERE e.day_number = a.day_number + m.amount)
       END AS due_on
FROM legal_limit AS m
CROSS JOIN workday AS a
