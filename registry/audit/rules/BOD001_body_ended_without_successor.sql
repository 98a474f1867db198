/*
code: BOD001
name: body-ended-without-successor
title:
  zh: "机构撤销后无承继机关"
  en: "Body ended without a successor"
severity: medium
law: [L19, L20, L24]
owed_by: [office]
remedy:
  zh: "查明由哪个机关继续行使其职权，以文件明确；没有的，由其所属的人民政府承担复议、诉讼责任，办理豁免并写明理由。"
  en: "Find out which organ carries its powers on, and have an instrument say so; where none does, its government answers in reconsideration and litigation: waive the finding and say why."
message:
  zh: "{body_name}自{ended_on}起撤销（{basis}），未明确由哪个机关继续行使其职权。"
  en: "{body_name} was abolished on {ended_on} ({basis}); no organ is named that carries its powers on."
since: 0.2.0
*/
WITH ended AS MATERIALIZED (
  SELECT e.kind AS kind, e.body AS body, min(e.on_day) AS ended_on, min(e.successor) AS successor,
         min(e.basis) AS basis, min(e.provenance) AS provenance
  FROM as_of AS t
  CROSS JOIN body_event AS e
  WHERE e.what <> 'renamed' AND e.on_day <= t.date
  GROUP BY e.kind, e.body
),
held AS (
  SELECT e.kind AS kind, e.body AS body, iz.instrument_no AS instrument_no
  FROM ended AS e
  CROSS JOIN zone AS z
  JOIN instrument_zones AS iz ON iz.zone_no = z.no
  WHERE e.kind = 'zone' AND z.id = e.body
  UNION
  SELECT e.kind, e.body, i.instrument
  FROM ended AS e
  CROSS JOIN department AS d
  JOIN department_lines AS l ON l.relative_no = d.no
  JOIN item_department AS x ON x.department = l.department_no
  JOIN item AS i ON i.no = x.item
  WHERE e.kind = 'department' AND d.id = e.body
)
SELECT ins.id AS instrument,
       e.kind AS subject_type,
       e.body AS subject_id,
       CASE WHEN e.kind = 'zone' THEN e.body END AS zone,
       CASE WHEN e.kind = 'department' THEN e.body END AS department,
       CASE WHEN e.successor IS NULL THEN 'alarm' ELSE 'ok' END AS status,
       NULL AS due_on,
       coalesce(z.short_name, d.short_name) AS body_name,
       e.ended_on,
       e.basis,
       e.provenance
FROM ended AS e
JOIN held AS h ON h.kind = e.kind AND h.body = e.body
JOIN instrument AS ins ON ins.no = h.instrument_no
LEFT JOIN zones AS z ON e.kind = 'zone' AND z.id = e.body
LEFT JOIN departments AS d ON e.kind = 'department' AND d.id = e.body
