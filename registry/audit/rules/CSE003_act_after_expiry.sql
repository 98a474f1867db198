/*
code: CSE003
name: act-after-expiry
title:
  zh: "委托届满、解除后实施"
  en: "Act after the entrustment ended"
severity: high
law: [L13, L14, L28]
owed_by: [department, zone]
remedy:
  zh: "停止实施；需要继续委托的，续签协议；届满、解除后办理的，由委托部门审查并确认其效力。"
  en: "Stop; renew the agreement if it is to go on; the department reviews what was done since it ended."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时{state}：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month}, when the authority had ended; cases: {cases} ({numbers})."
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
       CASE WHEN v.kind = 'ended'
            THEN CASE v.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       x.state AS state,
       l.provenance
FROM case_verdicts AS v
LEFT JOIN act_answers AS x ON x.no = v.answer_no
LEFT JOIN case_record AS c ON c.no = v.case_no
LEFT JOIN platform_load AS l ON l.no = c.load
LEFT JOIN item AS i ON i.no = v.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = v.zone_no
