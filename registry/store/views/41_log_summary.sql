/* log_summary: one row: how many changes the log has, and the days of its first and its last. */
SELECT s.change AS changes,
       s.began_on AS began_on,
       substr(s.last_at, 1, 10) AS last_changed_on
FROM log_state AS s
