/*
code: EVD001
name: deliverable-without-document
title:
  zh: "佐证没有文件或网址"
  en: "Deliverable without document"
severity: low
general: true
owed_by: [zone]
remedy:
  zh: "补登文件名称或网址。"
  en: "Record the document or its address."
message:
  zh: "{duty_name}（{covers}，{done_on}）没有登记文件或网址。"
  en: "{duty_name} ({covers}, {done_on}): no document and no address is recorded."
since: 0.1.0
*/
SELECT dv.instrument,
       'deliverable' AS subject_type,
       dv.duty || '/' || coalesce(dv.zone, '*') || '/' || dv.done_on || '/' || dv.covers
         AS subject_id,
       dv.zone,
       CASE WHEN dv.document IS NULL AND dv.url IS NULL THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on,
       dv.duty AS discriminator,
       dv.duty_name,
       dv.covers,
       dv.done_on,
       dv.provenance
FROM as_of AS t
CROSS JOIN deliverables AS dv
WHERE dv.done_on <= t.date
