/* case_decision_steps: when a case was decided, as its steps tell it: the day of the last of them that
   has one; steps: how many have. */
SELECT s.case_no AS case_no,
       max(coalesce(s.ended_on, s.started_on)) AS decided_on,
       count(*) AS steps
FROM case_step AS s
WHERE s.act = 'decide' AND coalesce(s.ended_on, s.started_on) IS NOT NULL
GROUP BY s.case_no
