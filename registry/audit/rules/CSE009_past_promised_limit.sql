/*
code: CSE009
name: past-promised-limit
title:
  zh: "超承诺时限"
  en: "Past the promised limit"
severity: low
general: true
owed_by: [zone, department]
remedy:
  zh: "尽快办结，并向申请人说明原因；经常超时的，核实承诺时限是否可行。"
  en: "Decide, and tell the applicant why it took longer; where it happens often, see whether the promise can be kept."
message:
  zh: "“{item_name}”{month}受理的{cases}件超过承诺时限：{numbers}。"
  en: "{item_name}, accepted in {month}: took longer than was promised; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
*/
SELECT c.instrument,
       'delegation' AS subject_type,
       c.item || '-' || coalesce(c.zone, c.department) AS subject_id,
       substr(c.accepted_on, 1, 7) AS discriminator,
       substr(c.accepted_on, 1, 7) AS month,
       c.item,
       c.zone,
       CASE WHEN c.promised_on IS NULL THEN 'skip'
            WHEN d.over > 0 THEN 'alarm'
            WHEN d.over IS NULL THEN 'manual'
            WHEN d.is_open = 1 THEN 'pending'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       c.provenance
FROM case_days AS d
JOIN cases AS c ON c.case_no = d.case_no
WHERE c.item_no IS NOT NULL AND coalesce(c.zone_no, c.department_no) IS NOT NULL
