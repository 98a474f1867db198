/*
code: PER001
name: excess-permission
title:
  zh: "平台权限超出赋权"
  en: "Permission beyond the delegation"
severity: high
law: [L13, L14]
owed_by: [department, zone]
remedy:
  zh: "停用该项平台权限；确需行使的，先依法赋权。无法判定的，查明后登记依据。"
  en: "Take the permission off the platform; where the act is needed, have it delegated first. Where it is undetermined, find out and record the ground."
message:
  zh: "平台允许{zone_name}对“{item_name}”{act_zh}，{why_zh}；涉及{cases}个账号、窗口或者角色：{numbers}。"
  en: "The platform lets {zone_name} {act_en} for {item_name}, {why_en}; accounts, windows or roles: {cases} ({numbers})."
since: 0.2.0
each: permissions
*/
SELECT p.instrument,
       'delegation' AS subject_type,
       p.item || '-' || p.zone AS subject_id,
       p.act AS discriminator,
       p.item,
       p.zone,
       CASE WHEN x.answer = 'yes' THEN 'ok'
            WHEN x.answer = 'no' THEN
              -- what it once might do is left over from then: PER002
              CASE WHEN once.act IS NOT NULL THEN 'skip' ELSE 'alarm' END
            ELSE 'manual' END AS status,
       NULL AS due_on,
       p.holder AS case_number,
       a.name AS act_zh,
       a.name_en AS act_en,
       CASE WHEN x.answer = 'no' THEN
              CASE WHEN x.state IS NULL THEN '但该项权限未赋予该主体'
                   WHEN x.state = '生效' THEN '但' || x.mode || '不包括该环节，或者法律不允许'
                   ELSE '但该项赋权' || x.state END
            ELSE '但能否行使无法判定' END AS why_zh,
       CASE WHEN x.answer = 'no' THEN
              CASE WHEN x.state IS NULL THEN 'which was never delegated to it'
                   WHEN x.state = '生效' THEN 'which its mode does not include, or the law bars'
                   WHEN x.state = '待签协议' THEN 'but the delegation awaits an agreement'
                   ELSE 'but the delegation is not in force' END
            ELSE 'but whether it may is undetermined' END AS why_en,
       p.provenance
FROM as_of AS t
CROSS JOIN permissions AS p
JOIN act AS a ON a.id = p.act
LEFT JOIN act_answers AS x
  ON x.zone_no = p.zone_no AND x.item_no = p.item_no AND x.act = p.act
  AND x.from_on <= t.date AND coalesce(x.to_on, t.date) >= t.date
LEFT JOIN (
  SELECT DISTINCT w.zone_no AS zone_no, w.item_no AS item_no, w.act AS act
  FROM as_of AS day
  CROSS JOIN act_answers AS w
  WHERE w.answer = 'yes' AND w.from_on <= day.date
) AS once ON once.zone_no = p.zone_no AND once.item_no = p.item_no AND once.act = p.act
WHERE p.loaded_on <= t.date AND p.zone_no IS NOT NULL AND p.item_no IS NOT NULL
  AND p.matched IN ('code', 'name')
