/*
code: PER007
name: unmatched-permission
title:
  zh: "平台权限或者账号未能对应"
  en: "Unmatched permission or account"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "核对所列行的事项编码、环节、所属主体和角色：登记库缺别名的，补登；导出有误的，更正后重新导入。"
  en: "Check item code, act, body and role of these rows: record a missing alias, or correct the export and load it again."
message:
  zh: "平台导出文件有{cases}行{what_zh}，未作权限核查：{numbers}。"
  en: "{what_en}, and authority was not checked; rows: {cases} ({numbers})."
since: 0.2.0
*/
SELECT coalesce(p.instrument, first.id) AS instrument,
       CASE WHEN p.item IS NOT NULL AND p.zone IS NOT NULL THEN 'delegation' ELSE 'load' END
         AS subject_type,
       CASE WHEN p.item IS NOT NULL AND p.zone IS NOT NULL THEN p.item || '-' || p.zone
            ELSE 'L-' || CAST(p.load_no AS TEXT) END AS subject_id,
       p.lacks AS discriminator,
       CASE WHEN p.zone IS NOT NULL THEN p.item END AS item,
       CASE WHEN p.item IS NOT NULL THEN p.zone END AS zone,
       CASE WHEN p.lacks IS NULL THEN 'ok' ELSE 'manual' END AS status,
       NULL AS due_on,
       '#' || CAST(p.line AS TEXT) AS case_number,
       CASE p.lacks WHEN 'item' THEN '权限的事项未能对应' WHEN 'doubtful' THEN '权限的事项对应存疑'
                    WHEN 'act' THEN '权限的环节未能对应' ELSE '权限的所属主体未能对应' END AS what_zh,
       CASE p.lacks WHEN 'item' THEN 'The item of permissions is not known'
                    WHEN 'doubtful' THEN 'The item of permissions is doubtful'
                    WHEN 'act' THEN 'The act of permissions is not known'
                    ELSE 'The body of permissions is not known' END AS what_en,
       p.provenance
FROM as_of AS t
CROSS JOIN (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN (
  SELECT q.*,
         CASE WHEN q.item IS NULL THEN 'item'
              WHEN q.matched NOT IN ('code', 'name') THEN 'doubtful'
              WHEN q.zone IS NULL AND q.department IS NULL THEN 'body'
              WHEN q.act IS NULL THEN 'act' END AS lacks
  FROM permissions AS q
) AS p
WHERE first.no = least.no AND p.loaded_on <= t.date
UNION ALL
SELECT first.id,
       'load',
       'L-' || CAST(a.load_no AS TEXT),
       'role',
       NULL,
       NULL,
       CASE WHEN a.unknown_roles > 0 THEN 'manual' ELSE 'ok' END,
       NULL,
       '#' || CAST(a.line AS TEXT),
       '账号的角色未能对应',
       'The role of accounts is not known',
       a.provenance
FROM as_of AS t
CROSS JOIN (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN accounts AS a
WHERE first.no = least.no AND a.loaded_on <= t.date
