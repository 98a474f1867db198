/* case_acts: which body did which act of a case on which day; zone_no or department_no, neither where
   the file names none that is known. What ends with 转报办结 was examined by whom it names, and decided
   by another; a case that was voided, deleted or never mended was not decided. Steps tell who accepted
   and who decided where the case itself does not say when, or by whom. accepted_on: when the case was
   accepted. */
SELECT c.case_no AS case_no,
       'accept' AS act,
       c.accepted_on AS on_day,
       c.accepted_on AS accepted_on,
       c.item_no AS item_no,
       c.zone_no AS zone_no,
       c.department_no AS department_no
FROM cases AS c
WHERE c.accepted_on IS NOT NULL
UNION ALL
SELECT c.case_no,
       CASE c.result WHEN '转报办结' THEN 'examine' ELSE 'decide' END,
       c.decided_on,
       c.accepted_on,
       c.item_no,
       c.decided_zone_no,
       c.decided_department_no
FROM cases AS c
WHERE c.decided_on IS NOT NULL
  AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))
UNION ALL
SELECT c.case_no, s.act, coalesce(s.ended_on, s.started_on), c.accepted_on, c.item_no, s.zone, s.department
FROM case_step AS s
JOIN cases AS c ON c.case_no = s.case_no
WHERE s.act IS NOT NULL AND coalesce(s.ended_on, s.started_on) IS NOT NULL
  AND (s.act <> 'accept' OR c.accepted_on IS NULL OR (c.zone_no IS NULL AND c.department_no IS NULL))
  AND (s.act <> 'decide' OR c.decided_on IS NULL
       OR (c.decided_zone_no IS NULL AND c.decided_department_no IS NULL
           AND (c.result IS NULL OR c.result NOT IN ('退回', '作废', '删除', '补正不来', '在办'))))
