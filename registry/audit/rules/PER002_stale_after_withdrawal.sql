/*
code: PER002
name: stale-after-withdrawal
title:
  zh: "赋权终止后平台权限未停用"
  en: "Permission left after the delegation ended"
severity: high
law: [L13, L14]
owed_by: [department, zone]
remedy:
  zh: "停用该项平台权限，并核查终止之后经该权限办理的办件。"
  en: "Take the permission off the platform, and check the cases that were handled with it since."
message:
  zh: "{zone_name}对“{item_name}”{act_zh}的权限止于{last_on}（{state_zh}），平台权限仍未停用；涉及{cases}个账号、窗口或者角色：{numbers}。"
  en: "{zone_name} might {act_en} for {item_name} up to {last_on} ({state_en}); the platform still lets it. Accounts, windows or roles: {cases} ({numbers})."
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
            WHEN x.answer = 'no' AND p.last_on IS NOT NULL THEN 'alarm'
            ELSE 'skip' END AS status,
       NULL AS due_on,
       p.holder AS case_number,
       a.name AS act_zh,
       a.name_en AS act_en,
       p.last_on,
       coalesce(x.state, '不再持有') AS state_zh,
       CASE x.state WHEN '中止' THEN 'suspended' WHEN '委托届满' THEN 'expired'
                    WHEN '已解除' THEN 'terminated' WHEN '已收回' THEN 'withdrawn'
                    WHEN '上级失效' THEN 'what it derives from ended'
                    WHEN '生效' THEN 'its mode or the law changed'
                    ELSE 'no longer held' END AS state_en,
       p.provenance
FROM as_of AS t
CROSS JOIN (
  SELECT q.*,
         (SELECT max(once.to_on) FROM act_answers AS once
          WHERE once.zone_no = q.zone_no AND once.item_no = q.item_no AND once.act = q.act
            AND once.answer = 'yes') AS last_on
  FROM permissions AS q
) AS p
JOIN act AS a ON a.id = p.act
LEFT JOIN act_answers AS x
  ON x.zone_no = p.zone_no AND x.item_no = p.item_no AND x.act = p.act
  AND x.from_on <= t.date AND coalesce(x.to_on, t.date) >= t.date
WHERE p.loaded_on <= t.date AND p.zone_no IS NOT NULL AND p.item_no IS NOT NULL
  AND p.matched IN ('code', 'name')
