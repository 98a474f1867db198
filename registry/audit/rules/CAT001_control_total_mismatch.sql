/*
code: CAT001
name: control-total-mismatch
title:
  zh: "事项总数与文件不符"
  en: "Number of items differs from the notice"
severity: high
general: true
owed_by: [office]
remedy:
  zh: "核对附件，补录遗漏事项或剔除多录事项。"
  en: "Check the annex; add the items that are missing, or take out those too many."
message:
  zh: "附件{annex}“{annex_title}”录入{counted}项，文件载明{control_total}项。"
  en: "Annex {annex} holds {counted:,} of {control_total:,} items."
since: 0.1.0
*/
SELECT instrument,
       'annex' AS subject_type,
       'annex:' || annex AS subject_id,
       CASE WHEN control_total IS NULL THEN 'skip'
            WHEN counted = control_total THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       annex,
       title AS annex_title,
       counted,
       control_total
FROM annexes
