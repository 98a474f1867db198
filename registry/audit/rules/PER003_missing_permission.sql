/*
code: PER003
name: missing-permission
title:
  zh: "已赋权环节未配置平台权限"
  en: "Delegated act without a permission"
severity: medium
owed_by: [department]
remedy:
  zh: "市级部门在市级政务服务平台为管委会增加该环节的权限。"
  en: "Have the act added on the municipal platform for the zone."
message:
  zh: "{zone_name}对“{item_name}”可以{act_zh}，平台上没有相应权限。"
  en: "{zone_name} may {act_en} for {item_name}; the platform has no permission for it."
since: 0.2.0
each: permissions
*/
WITH named AS MATERIALIZED (
  SELECT r.instrument AS instrument_no, du.no AS duty_no
  FROM clause_rule AS r
  LEFT JOIN duty AS du
    ON du.instrument = r.instrument AND instr(';' || du.clauses || ';', ';' || r.clause || ';') > 0
  WHERE r.code = :code
),
-- what owes a duty of access, or, where the clause has none, all that the instrument confers
asked AS MATERIALIZED (
  SELECT s.delegation_no AS delegation_no, n.instrument_no AS instrument_no
  FROM named AS n
  JOIN obligation_dues AS s ON s.duty_no = n.duty_no
  UNION
  SELECT d.no, i.instrument
  FROM annex AS ax
  JOIN item AS i ON i.instrument = ax.instrument AND i.annex = ax.annex
  JOIN delegation AS d ON d.item = i.no
  JOIN (
    SELECT n.instrument_no AS instrument_no, max(n.duty_no) AS duty_no
    FROM named AS n
    GROUP BY n.instrument_no
  ) AS whole ON whole.instrument_no = ax.instrument AND whole.duty_no IS NULL
  WHERE ax.role = 'delegated'
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || z.id AS subject_id,
       x.act AS discriminator,
       i.id AS item,
       z.id AS zone,
       CASE WHEN x.answer <> 'yes' THEN 'skip'
            WHEN p.act IS NOT NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       a.name AS act_zh,
       a.name_en AS act_en,
       loaded.provenance
FROM as_of AS t
CROSS JOIN (SELECT min(p.provenance) AS provenance, min(p.loaded_on) AS loaded_on
            FROM permissions AS p) AS loaded
CROSS JOIN asked AS d
JOIN act_answers AS x ON x.delegation_no = d.delegation_no
JOIN act AS a ON a.id = x.act
JOIN item AS i ON i.no = x.item_no
JOIN instrument AS ins ON ins.no = d.instrument_no
JOIN zone AS z ON z.no = x.zone_no
LEFT JOIN (
  SELECT DISTINCT q.item_no AS item_no, q.zone_no AS zone_no, q.act AS act
  FROM as_of AS day
  CROSS JOIN permissions AS q
  WHERE q.loaded_on <= day.date
) AS p ON p.item_no = x.item_no AND p.zone_no = x.zone_no AND p.act = x.act
WHERE loaded.loaded_on <= t.date AND x.from_on <= t.date AND coalesce(x.to_on, t.date) >= t.date
  AND x.act IN (SELECT r.act FROM platform_role AS r)
