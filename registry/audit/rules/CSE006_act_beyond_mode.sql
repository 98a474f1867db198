/*
code: CSE006
name: act-beyond-mode
title:
  zh: "超出赋权方式实施"
  en: "Act beyond the mode"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施该环节，按赋权方式报市级部门办理；须人工核实的，对照赋权文件和协议所列权限。"
  en: "Stop that act, and leave it to the department as the mode says; to be checked by hand: hold it against the instrument and the agreement."
message:
  zh: "{zone_name}在{month}对“{item_name}”{cases}件实施了赋权方式（{mode}）不包括的环节：{numbers}。"
  en: "{zone_name} did acts on {item_name} in {month} that its mode does not give; cases: {cases} ({numbers})."
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
       CASE WHEN v.kind = 'mode'
            THEN CASE v.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END
            ELSE 'ok' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       x.mode AS mode,
       l.provenance
FROM case_verdicts AS v
LEFT JOIN act_answers AS x ON x.no = v.answer_no
LEFT JOIN case_record AS c ON c.no = v.case_no
LEFT JOIN platform_load AS l ON l.no = c.load
LEFT JOIN item AS i ON i.no = v.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = v.zone_no
