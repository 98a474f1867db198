/*
code: CSE005
name: wrong-name-or-seal
title:
  zh: "名义或者印章不符"
  en: "Wrong name or seal"
severity: high
law: [L5, L7]
owed_by: [department, zone]
remedy:
  zh: "以应当署名的机关名义重新作出文书、加盖其印章；委托实施的以委托部门名义。"
  en: "Issue the document anew in the name and under the seal of the body that it has to bear."
message:
  zh: "{zone_name}在{month}决定的“{item_name}”{cases}件，印章或者落款不是应当署名的机关：{numbers}。"
  en: "{zone_name} decided on {item_name} in {month} under a name or seal that is not the right one; cases: {cases} ({numbers})."
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
       CASE WHEN v.answer = 'no' OR (c.seal_zone IS NULL AND c.seal_department IS NULL) THEN 'skip'
            WHEN x.name_of = 'department' THEN
              CASE WHEN c.seal_zone IS NOT NULL THEN 'alarm'
                   WHEN EXISTS (
                     SELECT 1 FROM item_department AS of
                     JOIN department_lines AS line ON line.department_no = of.department
                     WHERE of.item = v.item_no AND line.relative_no = c.seal_department
                   ) THEN 'ok'
                   ELSE 'alarm' END
            WHEN c.seal_department IS NOT NULL THEN
              CASE WHEN x.name_of IN ('delegate', 'delegate-if-authorised', 'zone-by-status')
                   THEN 'alarm' ELSE 'manual' END
            WHEN c.seal_zone <> v.zone_no THEN
              CASE WHEN x.name_of IN ('delegate', 'delegate-if-authorised', 'zone-by-status')
                   THEN 'alarm' ELSE 'manual' END
            WHEN x.name_of = 'delegate' THEN 'ok'
            WHEN x.name_of = 'delegate-if-authorised' AND s.authorised_by IS NOT NULL THEN 'ok'
            WHEN x.name_of = 'zone-by-status' AND s.approved_by IS NOT NULL THEN 'ok'
            ELSE 'manual' END AS status,
       NULL AS due_on,
       c.number AS case_number,
       l.provenance
FROM case_verdicts AS v
JOIN case_record AS c ON c.no = v.case_no
LEFT JOIN act_answers AS x ON x.no = v.answer_no
LEFT JOIN zone_status AS s ON s.zone = v.zone_no
LEFT JOIN platform_load AS l ON l.no = c.load
LEFT JOIN item AS i ON i.no = v.item_no
LEFT JOIN instrument AS ins ON ins.no = i.instrument
LEFT JOIN zone AS z ON z.no = v.zone_no
WHERE v.act = 'decide'
