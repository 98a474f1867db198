/*
code: CAT008
name: unofficial-rows
title:
  zh: "附件含非正式数据"
  en: "Annex holds unofficial rows"
severity: info
general: true
owed_by: [office]
remedy:
  zh: "取得正式附件后载入，替换非正式数据。"
  en: "Obtain the official annex and load it in their place."
message:
  zh: "附件{annex}“{annex_title}”的{items}项中有{unofficial}项不是正式附件内容{partly_zh}{fields}。"
  en: "Annex {annex}: {unofficial} of {items} items are not from the official annex{partly_en}{fields}."
since: 0.1.0
*/
SELECT instrument,
       'annex' AS subject_type,
       'annex:' || annex AS subject_id,
       CASE WHEN items = 0 THEN 'skip' WHEN unofficial > 0 OR partly_official > 0 THEN 'alarm'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       annex,
       title AS annex_title,
       items,
       unofficial,
       unofficial_fields,
       CASE WHEN partly_official > 0
            THEN '；' || partly_official || '项有的内容不是正式附件所载：' ELSE '' END AS partly_zh,
       CASE WHEN partly_official > 0
            THEN '; of ' || partly_official || ' the official annex leaves open: ' ELSE '' END
         AS partly_en
FROM annexes
