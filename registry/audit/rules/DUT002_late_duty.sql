/*
code: DUT002
name: late-duty
title:
  zh: "配套任务逾期完成"
  en: "Duty was late"
severity: info
check: late
owed_by: [department, zone]
remedy:
  zh: "已无法补正；在通报中说明原因，并核对办理日期是否登记有误。"
  en: "It cannot be mended; state the reason in the report, and check that the date was recorded correctly."
message:
  zh: "{zone_name}“{item_name}”的{duty_name}于{met_on}完成，应于{due_on}前完成，{overdue}。"
  en: "{item_name} ({zone_name}): {duty_name} was done on {met_on}, due {due_on}, {overdue}."
since: 0.2.0
*/
SELECT s.instrument,
       'delegation' AS subject_type,
       s.delegation AS subject_id,
       s.duty,
       s.item,
       s.zone,
       CASE s.late WHEN 1 THEN 'alarm' WHEN 0 THEN 'ok' ELSE 'manual' END AS status,
       s.due_on,
       s.met_on
FROM duty_check AS c
CROSS JOIN obligation_status AS s
WHERE c."check" = 'late' AND c.code = :code AND s.duty_no = c.duty AND s.met_on IS NOT NULL
