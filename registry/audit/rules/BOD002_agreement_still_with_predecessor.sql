/*
code: BOD002
name: agreement-still-with-predecessor
title:
  zh: "委托协议的签订方已变动"
  en: "Agreement still with a predecessor"
severity: low
law: [L19, L20]
owed_by: [department]
remedy:
  zh: "协议继续有效，由承继机关承担责任；由承继机关重新签订，并在新协议登记所续的协议号。"
  en: "The agreement stays in force, and the successor answers for it; have the successor sign a new one, and record there which agreement it renews."
message:
  zh: "协议{subject_id}的签订方{body_name}自{ended_on}起已不再存续，协议尚未由承继机关重新签订。"
  en: "{body_name}, a party to agreement {subject_id}, is gone since {ended_on}; no successor has signed it anew."
since: 0.2.0
*/
WITH ended AS MATERIALIZED (
  SELECT e.kind AS kind, e.body AS body, min(e.on_day) AS ended_on
  FROM as_of AS t
  CROSS JOIN body_event AS e
  WHERE e.what <> 'renamed' AND e.on_day <= t.date
  GROUP BY e.kind, e.body
)
SELECT ins.id AS instrument,
       'agreement' AS subject_type,
       a.number AS subject_id,
       dep.id AS department,
       z.id AS zone,
       CASE WHEN a.from_on > t.date OR a.to_on < t.date THEN 'skip'
            WHEN of_department.body IS NULL AND of_zone.body IS NULL AND of_grantor.body IS NULL
            THEN 'ok'
            WHEN renewed.number IS NOT NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       CASE WHEN of_department.body IS NOT NULL THEN department_name.short_name
            ELSE zone_name.short_name END AS body_name,
       coalesce(of_department.ended_on, of_grantor.ended_on, of_zone.ended_on) AS ended_on,
       a.provenance
FROM as_of AS t
CROSS JOIN agreement AS a
JOIN instrument AS ins ON ins.no = a.instrument
JOIN zone AS z ON z.no = a.zone
LEFT JOIN department AS dep ON dep.no = a.department
LEFT JOIN zone AS gz ON gz.no = a.grantor_zone
LEFT JOIN ended AS of_department
  ON of_department.kind = 'department' AND of_department.body = dep.id
LEFT JOIN ended AS of_zone ON of_zone.kind = 'zone' AND of_zone.body = z.id
LEFT JOIN ended AS of_grantor ON of_grantor.kind = 'zone' AND of_grantor.body = gz.id
LEFT JOIN departments AS department_name ON department_name.id = dep.id
LEFT JOIN zones AS zone_name ON zone_name.id = coalesce(of_grantor.body, of_zone.body)
LEFT JOIN (
  SELECT DISTINCT r.instrument AS instrument_no, r.renews AS number
  FROM as_of AS day
  CROSS JOIN agreement AS r
  WHERE r.renews IS NOT NULL AND r.voided_on IS NULL AND r.signed_on <= day.date
) AS renewed ON renewed.instrument_no = a.instrument AND renewed.number = a.number
WHERE a.voided_on IS NULL AND a.signed_on <= t.date
