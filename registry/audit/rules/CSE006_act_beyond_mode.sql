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
per: case
*/
WITH found AS MATERIALIZED (
  SELECT v.case_no AS case_no,
         v.item_no AS item_no,
         v.zone_no AS zone_no,
         min(v.on_day) AS on_day,
         min(v.answer) AS answer, -- no before undetermined
         min(v.answer_no) AS answer_no
  FROM case_verdicts AS v
  WHERE v.kind = 'mode'
  GROUP BY v.case_no, v.item_no, v.zone_no
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
       x.discriminator,
       x.discriminator AS month,
       i.id AS item,
       z.id AS zone,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.case_number,
       x.mode AS mode,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         NULL AS discriminator,
         'ok' AS status,
         k.cases AS subjects,
         NULL AS case_number,
         NULL AS mode,
         NULL AS provenance
  FROM zone_case_counts AS k
  UNION ALL -- what is found is taken off
  SELECT f.item_no, f.zone_no, NULL, 'ok', -count(*), NULL, NULL, NULL
  FROM found AS f GROUP BY f.item_no, f.zone_no
  UNION ALL
  SELECT f.item_no,
         f.zone_no,
         substr(f.on_day, 1, 7),
         CASE f.answer WHEN 'no' THEN 'alarm' ELSE 'manual' END,
         1,
         c.number,
         a.mode,
         l.provenance
  FROM found AS f
  JOIN case_record AS c ON c.no = f.case_no
  JOIN platform_load AS l ON l.no = c.load
  LEFT JOIN act_answers AS a ON a.no = f.answer_no
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = x.zone_no
