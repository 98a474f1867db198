/* period_duties: which duties are owed as of the day for what shares a period, and by when, where
   they are counted from issue: period × duty of its mode, by number. Nothing is owed before the
   instrument is issued that opened the period, or after the period. zone_no: who holds the period,
   where that is no longer the zone that it was conferred on. due_on is NULL where the calendar does
   not reach, and for a duty that is counted from anything else. */
SELECT p.no AS period_no,
       du.no AS duty_no,
       p.zone AS zone_no,
       du.proof AS proof,
       du.counted_from AS counted_from,
       du.unit AS unit,
       du.amount AS amount,
       p.counted_on AS counted_on,
       pd.due_on AS due_on,
       pd.certainty AS certainty
FROM as_of AS t
CROSS JOIN period AS p
CROSS JOIN duty_mode AS dm
CROSS JOIN duty AS du
LEFT JOIN period_deadlines AS pd ON pd.duty_no = du.no AND pd.start_on = p.counted_on
WHERE dm.instrument = p.instrument AND dm.mode = p.mode AND du.no = dm.duty
  AND (du.initiation IS NULL OR du.initiation = p.initiation)
  AND p.owed_from <= t.date AND (p.to_on IS NULL OR p.to_on >= t.date)
