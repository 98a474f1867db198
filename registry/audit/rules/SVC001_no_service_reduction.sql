/*
code: SVC001
name: no-service-reduction
title:
  zh: "未见“减材料、减环节、减时限”记录"
  en: "No service reduction recorded"
severity: info
owed_by: [zone]
remedy:
  zh: "承接主体登记已压减的材料、环节、时限；暂无压减空间的，注明理由。"
  en: "The zone records what it reduced, or why nothing can be."
message:
  zh: "{zone_name}“{item_name}”没有减材料、减环节、减时限的记录。"
  en: "{item_name} ({zone_name}): no reduction of documents, steps or days is recorded."
since: 0.1.0
*/
SELECT d.instrument,
       'delegation' AS subject_type,
       d.id AS subject_id,
       d.item,
       d.zone,
       CASE WHEN EXISTS (
              SELECT 1 FROM service_reduction AS s
              WHERE s.item = d.item_no AND s.zone = d.zone_no AND s.after < s.before
                AND s.voided_on IS NULL
            ) THEN 'ok'
            ELSE 'manual' END AS status,
       NULL AS due_on
FROM delegations AS d
WHERE d.initiation = '依申请' AND d.conferred = 1
