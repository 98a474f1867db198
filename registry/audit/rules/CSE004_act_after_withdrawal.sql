/*
code: CSE004
name: act-after-withdrawal
title:
  zh: "收回、中止后实施"
  en: "Act after the withdrawal"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施，将在办件移交现实施机关；文件规定由原机关办结的，只办结交接日前已受理的。"
  en: "Stop, and hand open cases over; where the instrument lets the former holder finish, only those accepted before the handover."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时该项权力{state}：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month}, when the power had been withdrawn or suspended; cases: {cases} ({numbers})."
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
       CASE WHEN v.kind = 'withdrawn'
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
