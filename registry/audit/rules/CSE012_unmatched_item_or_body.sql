/*
code: CSE012
name: unmatched-item-or-body
title:
  zh: "事项或者主体未能对应"
  en: "Unmatched item or body"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "核对所列办件的事项编码、受理单位、审批部门和办理日期：登记库缺别名的，补登；导出有误或者日期无法识别的，更正后重新导入。"
  en: "Check item code, accepting and deciding body, and days: record a missing alias, or correct the export and load it again."
message:
  zh: "{month}有{cases}件的事项、受理单位、审批部门未能对应或者没有办理日期，未作权限核查：{numbers}。"
  en: "An item or body of {month} is not known, or no day, and authority was not checked; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH found AS MATERIALIZED (
  SELECT c.item_no AS item_no,
         c.zone_no AS zone_no,
         c.load_no AS load_no,
         substr(coalesce(c.accepted_on, c.applied_on, c.decided_on, l.loaded_on), 1, 7) AS month,
         c.number AS number,
         c.provenance AS provenance
  FROM as_of AS t
  CROSS JOIN cases AS c
  CROSS JOIN platform_load AS l
  LEFT JOIN (
    SELECT s.case_no AS case_no,
           max(CASE WHEN s.act = 'accept' AND (s.zone IS NOT NULL OR s.department IS NOT NULL)
                    THEN 1 ELSE 0 END) AS accepted,
           max(CASE WHEN s.act = 'decide' AND (s.zone IS NOT NULL OR s.department IS NOT NULL)
                    THEN 1 ELSE 0 END) AS decided
    FROM case_step AS s
    WHERE s.act IS NOT NULL AND coalesce(s.ended_on, s.started_on) IS NOT NULL
    GROUP BY s.case_no
  ) AS dated ON dated.case_no = c.case_no
  WHERE l.no = c.load_no AND coalesce(c.accepted_on, '') <= t.date
    AND (c.item_no IS NULL
         OR (c.accepted_on IS NULL AND c.decided_on IS NULL AND dated.case_no IS NULL)
         OR (c.accepted_on IS NOT NULL AND c.zone_no IS NULL AND c.department_no IS NULL
             AND coalesce(dated.accepted, 0) = 0)
         OR (c.decided_on IS NOT NULL AND c.decided_zone_no IS NULL
             AND c.decided_department_no IS NULL AND coalesce(dated.decided, 0) = 0
             AND (c.result IS NULL
                  OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))))
)
SELECT coalesce(ins.id, first.id) AS instrument,
       'load' AS subject_type,
       'L-' || coalesce(CAST(x.load_no AS TEXT), '') AS subject_id,
       x.month AS discriminator,
       x.month,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.number AS case_number,
       i.id AS item,
       z.id AS zone,
       x.provenance
FROM (
  SELECT k.item_no AS item_no,
         k.zone_no AS zone_no,
         CAST(NULL AS INTEGER) AS load_no,
         CAST(NULL AS TEXT) AS month,
         'ok' AS status,
         k.cases AS subjects,
         CAST(NULL AS TEXT) AS number,
         CAST(NULL AS TEXT) AS provenance
  FROM case_counts AS k
  UNION ALL
  SELECT f.item_no, f.zone_no, NULL, NULL, 'ok', -count(*), NULL, NULL
  FROM found AS f GROUP BY f.item_no, f.zone_no
  UNION ALL
  SELECT f.item_no, f.zone_no, f.load_no, f.month, 'manual', 1, f.number,
         f.provenance
  FROM found AS f
) AS x
{case_bodies}
