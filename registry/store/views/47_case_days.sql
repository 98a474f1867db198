/* case_days: how long a case took from its acceptance to its decision, that of its last step where the
   case itself has none, or to the day of the view where it is open: worked in working days, passed in calendar days, both without the days of its
   stops; over: working days by which the promised day was passed, less those of the stops, NULL
   where none was promised. The first day is not counted; NULL where the calendar does not reach. */
SELECT c.case_no AS case_no,
       e.date AS ended_on,
       CASE WHEN coalesce(c.decided_on, x.decided_on) <= t.date THEN 0 ELSE 1 END AS is_open,
       e.ordinal - a.ordinal - coalesce(s.working_days, 0) AS worked,
       e.day_number - a.day_number - coalesce(s.calendar_days, 0) AS passed,
       CASE WHEN c.promised_on IS NULL THEN NULL
            WHEN e.date <= c.promised_on THEN 0
            WHEN e.ordinal - p.ordinal <= coalesce(s.working_days, 0) THEN 0
            ELSE e.ordinal - p.ordinal - coalesce(s.working_days, 0) END AS over,
       coalesce(s.extended, 0) AS extended,
       coalesce(s.working_days, 0) AS stopped
FROM as_of AS t
CROSS JOIN cases AS c
LEFT JOIN case_stop_days AS s ON s.case_no = c.case_no
LEFT JOIN case_decision_steps AS x ON x.case_no = c.case_no
LEFT JOIN workday AS a ON a.date = c.accepted_on
LEFT JOIN workday AS e
  ON e.date = CASE WHEN coalesce(c.decided_on, x.decided_on) <= t.date
                   THEN coalesce(c.decided_on, x.decided_on) ELSE t.date END
LEFT JOIN workday AS p ON p.date = c.promised_on
WHERE c.accepted_on <= t.date
  AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来'))
