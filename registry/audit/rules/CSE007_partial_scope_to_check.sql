/*
code: CSE007
name: partial-scope-to-check
title:
  zh: "部分权限办件抽查"
  en: "Cases under a partial scope, a sample"
severity: medium
general: true
owed_by: [department, zone]
remedy:
  zh: "抽查所列办件，核对是否在所赋权限范围以内；超出的，按未经赋权实施处理。"
  en: "Check the cases named against the scope as the instrument words it; what is beyond it was done without a delegation."
message:
  zh: "{zone_name}在{month}决定的“{item_name}”只赋部分权限（{scope_remark}），抽查{cases}件：{numbers}。"
  en: "Only part of {item_name} is delegated to {zone_name} ({scope_remark}); to check of {month}, cases: {cases} ({numbers})."
since: 0.2.0
each: cases
*/
SELECT s.instrument,
       'delegation' AS subject_type,
       s.item || '-' || s.zone AS subject_id,
       s.month AS discriminator,
       s.month,
       s.item,
       s.zone,
       CASE WHEN s.place <= :case_sample THEN 'manual' ELSE 'skip' END AS status,
       NULL AS due_on,
       s.number AS case_number,
       s.scope_remark,
       s.provenance
FROM (
  SELECT ins.id AS instrument,
         i.id AS item,
         z.id AS zone,
         substr(v.on_day, 1, 7) AS month,
         c.number AS number,
         coalesce(i.remark, '未写明范围') AS scope_remark,
         l.provenance AS provenance,
         row_number() OVER (
           PARTITION BY v.item_no, v.zone_no, substr(v.on_day, 1, 7) ORDER BY c.number, c.no
         ) AS place
  FROM act_answers AS x
  JOIN case_verdicts AS v ON v.answer_no = x.no
  JOIN case_record AS c ON c.no = v.case_no
  JOIN platform_load AS l ON l.no = c.load
  JOIN item AS i ON i.no = v.item_no
  JOIN instrument AS ins ON ins.no = i.instrument
  JOIN zone AS z ON z.no = v.zone_no
  WHERE x.scope = '部分' AND x.act = 'decide' AND v.answer = 'yes'
) AS s
