/*
code: CSE001
name: act-without-delegation
title:
  zh: "未经赋权实施"
  en: "Act without a delegation"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施；已作出的许可决定依法由作出机关或者其上级机关决定是否撤销，并追究责任。"
  en: "Stop; whether licences already granted are revoked is for their agency or the one above it; those responsible answer."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时未获赋权：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month} without any delegation; cases: {cases} ({numbers})."
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
       CASE WHEN v.kind = 'without-delegation'
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
