/*
code: CSE002
name: act-before-agreement
title:
  zh: "签订委托协议前实施"
  en: "Act before the agreement"
severity: high
law: [L13, L14]
owed_by: [department, zone]
remedy:
  zh: "停止实施，尽快签订委托协议；协议签订前办理的，由委托部门审查并确认其效力。"
  en: "Stop, and sign the agreement; the department reviews what was done before it."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时委托协议尚未签订或者尚未生效：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month} before any agreement was in force; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
       substr(v.on_day, 1, 7) AS discriminator,
       substr(v.on_day, 1, 7) AS month,
       i.id AS item,
       z.id AS zone,
       CASE WHEN v.kind = 'before-agreement'
            THEN CASE v.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       l.provenance
FROM case_verdicts AS v
LEFT JOIN act_answers AS x ON x.no = v.answer_no
LEFT JOIN case_record AS c ON c.no = v.case_no
LEFT JOIN platform_load AS l ON l.no = c.load
LEFT JOIN item AS i ON i.no = v.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = v.zone_no
