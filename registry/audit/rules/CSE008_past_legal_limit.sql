/*
code: CSE008
name: past-legal-limit
title:
  zh: "超法定时限"
  en: "Past the legal limit"
severity: medium
law: [L8, L9, L11, L12, L18]
owed_by: [zone, department]
remedy:
  zh: "尽快办结；扣除听证、检验等不计时间或者经批准延长而未登记的，补登；今后在法定时限内办结。"
  en: "Decide; where time that does not count, or an extension, was not recorded, record it."
message:
  zh: "“{item_name}”{month}受理的{cases}件超过法定时限（{limit_text}）：{numbers}。"
  en: "{item_name}, accepted in {month}: took longer than the law allows ({limit_text_en}); cases: {cases} ({numbers})."
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
       CASE WHEN m.amount IS NULL THEN 'skip'
            WHEN d.worked IS NULL THEN 'manual'
            WHEN CASE m.unit WHEN 'working' THEN d.worked ELSE d.passed END
                 > m.amount + m.extension * d.extended THEN 'alarm'
            WHEN d.is_open = 1 THEN 'pending'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       CAST(m.amount AS TEXT) || CASE m.unit WHEN 'working' THEN '个工作日' ELSE '日' END AS limit_text,
       CAST(m.amount AS TEXT) || CASE m.unit WHEN 'working' THEN ' working days' ELSE ' days' END
         AS limit_text_en,
       c.provenance
FROM case_days AS d
JOIN cases AS c ON c.case_no = d.case_no
LEFT JOIN item AS i ON i.no = c.item_no
LEFT JOIN legal_limit AS m ON m.power_type = i.power_type
WHERE c.item_no IS NOT NULL AND coalesce(c.zone_no, c.department_no) IS NOT NULL
