/* current_standing: the state of every delegation on the day, as view standing has it, one row each:
   quick where only the day is asked for. */
{standing_facts}
SELECT x.delegation_no AS delegation_no,
       {standing_state} AS state,
       p.no AS period_no
FROM (SELECT d.no AS delegation_no, t.date AS on_day FROM as_of AS t CROSS JOIN delegation AS d) AS x
LEFT JOIN period AS p ON p.no = (
  SELECT q.no FROM delegation_period AS dq JOIN period AS q ON q.no = dq.period
  WHERE dq.delegation = x.delegation_no AND q.from_on <= x.on_day
    AND (q.to_on IS NULL OR q.to_on >= x.on_day)
)
LEFT JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
