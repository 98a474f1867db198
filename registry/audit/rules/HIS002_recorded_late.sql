/*
code: HIS002
name: recorded-late
title:
  zh: "登记滞后"
  en: "Recorded late"
severity: info
general: true
owed_by: [office]
remedy:
  zh: "核对日期是否登记有误；确属补登的，在备注中说明原因。今后应随办随登。"
  en: "Check that the date is right; where it is, state in the note why it came late. Record papers as they come."
message:
  zh: "{subject_id}的日期为{dated_on}，至{recorded_on}才登记，应于{due_on}前登记。"
  en: "{subject_id} is of {dated_on} and was recorded on {recorded_on}; due {due_on}."
since: 0.2.0
*/
SELECT r.instrument,
       r.kind AS subject_type,
       r.key AS subject_id,
       r.zone,
       due.date AS due_on,
       r.recorded_on AS met_on,
       r.dated_on,
       r.recorded_on,
       CASE WHEN r.recorded_on > t.date THEN 'skip'
            WHEN due.date IS NULL THEN 'manual'
            WHEN r.recorded_on > due.date THEN 'alarm'
            ELSE 'ok' END AS status,
       r.provenance
FROM as_of AS t
CROSS JOIN recorded_rows AS r
LEFT JOIN workday AS dated ON dated.date = r.dated_on
LEFT JOIN working_period_ends AS due ON due.ordinal = dated.ordinal + :recording_days
