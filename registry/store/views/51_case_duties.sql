/* case_duties: what is owed for each case: case × duty that its delegation's mode has then and that is
   counted from what happens to a case (duty.event_act). start_on: when that happened; met_on: when
   the step ended that is the proof; due_on NULL: the calendar does not reach. */
SELECT c.instrument AS instrument,
       c.item || '-' || c.zone AS delegation,
       c.item AS item,
       c.zone AS zone,
       du.id AS duty,
       c.case_no AS case_no,
       c.number AS number,
       a.on_day AS start_on,
       coalesce(w.date, e.date) AS due_on,
       (SELECT min(coalesce(s.ended_on, s.started_on)) FROM case_step AS s CROSS JOIN as_of AS day
        WHERE s.case_no = c.case_no AND s.duty = du.no
          AND coalesce(s.ended_on, s.started_on) <= day.date) AS met_on,
       c.provenance AS provenance,
       du.no AS duty_no
FROM duty AS du
CROSS JOIN as_of AS t
CROSS JOIN duty_mode AS dm
CROSS JOIN period AS p
CROSS JOIN delegation_period AS dp
CROSS JOIN delegation AS d
CROSS JOIN cases AS c
CROSS JOIN case_acts AS a
LEFT JOIN workday AS counting ON counting.date = a.on_day
LEFT JOIN working_period_ends AS w
  ON du.unit = 'working' AND w.ordinal = counting.ordinal + du.amount
LEFT JOIN calendar_period_ends AS e
  ON du.unit = 'calendar' AND e.day_number = counting.day_number + du.amount
WHERE du.counted_from = 'case' AND du.event_act IS NOT NULL
  AND dm.duty = du.no AND p.instrument = dm.instrument AND p.mode = dm.mode
  AND (du.initiation IS NULL OR du.initiation = p.initiation)
  AND dp.period = p.no AND d.no = dp.delegation
  AND c.item_no = d.item AND c.zone_no = coalesce(p.zone, d.zone)
  AND a.case_no = c.case_no AND a.act = du.event_act AND a.on_day <= t.date
  AND p.from_on <= a.on_day AND (p.to_on IS NULL OR p.to_on >= a.on_day)
