/* case_stop_days: what the stops of a case take off its periods, for cases that have any: in working
   and calendar days of those between acceptance and decision, or the day of the view; where stops
   overlap, each day once. A stop without an end runs on. extended: 1 where the period was extended,
   which is no stop. */
SELECT x.case_no AS case_no,
       sum(CASE WHEN x.is_stop = 1 AND x.last_workday > coalesce(x.done_workday, 0)
                 AND x.last_workday > x.first_workday
                THEN x.last_workday - CASE WHEN x.done_workday > x.first_workday
                                           THEN x.done_workday ELSE x.first_workday END
                ELSE 0 END) AS working_days,
       sum(CASE WHEN x.is_stop = 1 AND x.last_day > coalesce(x.done_day, 0)
                 AND x.last_day > x.first_day
                THEN x.last_day - CASE WHEN x.done_day > x.first_day
                                       THEN x.done_day ELSE x.first_day END
                ELSE 0 END) AS calendar_days,
       max(1 - x.is_stop) AS extended
FROM (
  SELECT b.*,
         max(b.last_workday) OVER (
           PARTITION BY b.case_no, b.is_stop ORDER BY b.first_day, b.position
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS done_workday,
         max(b.last_day) OVER (
           PARTITION BY b.case_no, b.is_stop ORDER BY b.first_day, b.position
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS done_day
  FROM (
    -- first_…: the day before the first one that is stopped
    SELECT s.case_no AS case_no,
           s.position AS position,
           CASE s.kind WHEN '延期' THEN 0 ELSE 1 END AS is_stop,
           CASE WHEN s.from_on > c.accepted_on THEN f.ordinal - f.is_workday ELSE a.ordinal END
             AS first_workday,
           CASE WHEN s.from_on > c.accepted_on THEN f.day_number - 1 ELSE a.day_number END
             AS first_day,
           CASE WHEN s.to_on < e.date THEN u.ordinal ELSE e.ordinal END AS last_workday,
           CASE WHEN s.to_on < e.date THEN u.day_number ELSE e.day_number END AS last_day
    FROM case_stop AS s
    CROSS JOIN as_of AS t
    JOIN cases AS c ON c.case_no = s.case_no
    LEFT JOIN case_decision_steps AS x ON x.case_no = s.case_no
    JOIN workday AS a ON a.date = c.accepted_on
    JOIN workday AS e
      ON e.date = CASE WHEN coalesce(c.decided_on, x.decided_on) <= t.date
                       THEN coalesce(c.decided_on, x.decided_on) ELSE t.date END
    JOIN workday AS f ON f.date = s.from_on
    LEFT JOIN workday AS u ON u.date = s.to_on
  ) AS b
) AS x
GROUP BY x.case_no
