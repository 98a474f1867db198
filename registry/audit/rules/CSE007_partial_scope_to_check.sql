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
WITH decided AS MATERIALIZED (
  SELECT c.case_no AS case_no,
         c.number AS number,
         c.item_no AS item_no,
         c.decided_zone_no AS zone_no,
         c.decided_on AS on_day
  FROM as_of AS t
  CROSS JOIN act_answers AS x
  CROSS JOIN cases AS c
  WHERE x.scope = '部分' AND x.act = 'decide' AND x.answer = 'yes'
    AND c.item_no = x.item_no AND c.decided_zone_no = x.zone_no
    AND c.decided_on <= t.date AND c.decided_on >= x.from_on
    AND (x.to_on IS NULL OR c.decided_on <= x.to_on)
    AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办', '转报办结'))
  UNION ALL
  SELECT c.case_no, c.number, c.item_no, s.zone, coalesce(s.ended_on, s.started_on)
  FROM as_of AS t
  CROSS JOIN case_step AS s
  CROSS JOIN cases AS c
  CROSS JOIN act_answers AS x
  WHERE s.act = 'decide' AND s.zone IS NOT NULL AND c.case_no = s.case_no
    AND (c.decided_on IS NULL
         OR (c.decided_zone_no IS NULL AND c.decided_department_no IS NULL
             AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))))
    AND coalesce(s.ended_on, s.started_on) <= t.date
    AND x.zone_no = s.zone AND x.item_no = c.item_no AND x.act = 'decide'
    AND x.scope = '部分' AND x.answer = 'yes'
    AND x.from_on <= coalesce(s.ended_on, s.started_on)
    AND (x.to_on IS NULL OR x.to_on >= coalesce(s.ended_on, s.started_on))
),
partial AS MATERIALIZED (
  SELECT d.case_no AS case_no,
         d.item_no AS item_no,
         d.zone_no AS zone_no,
         substr(d.on_day, 1, 7) AS month,
         row_number() OVER (
           PARTITION BY d.item_no, d.zone_no, substr(d.on_day, 1, 7) ORDER BY d.number, d.case_no
         ) AS place
  FROM decided AS d
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
       x.month AS discriminator,
       x.month,
       i.id AS item,
       z.id AS zone,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.number AS case_number,
       coalesce(i.remark, '未写明范围') AS scope_remark,
       x.provenance
FROM (
  SELECT p.item_no AS item_no,
         p.zone_no AS zone_no,
         CAST(NULL AS TEXT) AS month,
         'skip' AS status,
         count(*) AS subjects,
         CAST(NULL AS TEXT) AS number,
         CAST(NULL AS TEXT) AS provenance
  FROM partial AS p WHERE p.place > :case_sample GROUP BY p.item_no, p.zone_no
  UNION ALL
  SELECT p.item_no, p.zone_no, p.month, 'manual', 1, c.number, l.provenance
  FROM partial AS p
  JOIN case_record AS c ON c.no = p.case_no
  JOIN platform_load AS l ON l.no = c.load
  WHERE p.place <= :case_sample
) AS x
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = x.zone_no
