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
per: case
*/
SELECT s.instrument,
       'delegation' AS subject_type,
       s.item || '-' || s.zone AS subject_id,
       s.month AS discriminator,
       s.month,
       s.item,
       s.zone,
       CASE WHEN s.place <= :case_sample THEN 'manual' ELSE 'skip' END AS status,
       1 AS subjects,
       NULL AS due_on,
       s.number AS case_number,
       s.scope_remark,
       s.provenance
FROM (
  SELECT c.instrument AS instrument,
         c.item AS item,
         c.decided_zone AS zone,
         substr(c.decided_on, 1, 7) AS month,
         c.number AS number,
         coalesce(i.remark, '未写明范围') AS scope_remark,
         c.provenance AS provenance,
         row_number() OVER (
           PARTITION BY c.item_no, c.decided_zone_no, substr(c.decided_on, 1, 7)
           ORDER BY c.number, c.case_no
         ) AS place
  FROM as_of AS t
  CROSS JOIN act_answers AS x
  CROSS JOIN cases AS c
  CROSS JOIN item AS i
  WHERE x.scope = '部分' AND x.act = 'decide' AND x.answer = 'yes'
    AND c.item_no = x.item_no AND c.decided_zone_no = x.zone_no
    AND c.decided_on <= t.date AND c.decided_on >= x.from_on
    AND (x.to_on IS NULL OR c.decided_on <= x.to_on)
    AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办', '转报办结'))
    AND i.no = x.item_no
) AS s
