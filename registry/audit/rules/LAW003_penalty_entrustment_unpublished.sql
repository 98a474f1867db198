/*
code: LAW003
name: penalty-entrustment-unpublished
title:
  zh: "行政处罚委托书未公布"
  en: "Entrusted penalty unpublished"
severity: high
law: [L3]
owed_by: [department]
remedy:
  zh: "依据2021年修订的行政处罚法第二十条，向社会公布委托书，并登记公布日期。"
  en: "行政处罚法 (2021) art. 20: publish the letter of entrustment, and record the date."
message:
  zh: "{department_name}委托{zone_name}实施“{item_name}”，未见公布委托书的记录。"
  en: "{item_name}: {department_name} entrusted {zone_name} with a penalty; no publication is recorded."
since: 0.1.0
*/
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       i.id AS item,
       z.id AS zone,
       CASE WHEN t.date < l.in_force_from THEN 'skip'
            WHEN announced.delegation_no IS NOT NULL THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on
FROM as_of AS t
CROSS JOIN law AS l
CROSS JOIN mode AS m
CROSS JOIN current_periods AS p
CROSS JOIN delegation AS d
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS first ON first.no = d.zone
JOIN zones AS z ON z.zone_no = coalesce(p.zone_no, d.zone)
LEFT JOIN (
  SELECT DISTINCT o.delegation_no AS delegation_no
  FROM duty AS du
  JOIN obligation_dues AS o ON o.duty_no = du.no
  LEFT JOIN obligation_gap AS g
    ON g.duty_no = o.duty_no AND g.delegation_no = o.delegation_no AND g.met_on IS NULL
  WHERE du.announces = 1 AND g.duty_no IS NULL
) AS announced ON announced.delegation_no = d.no
WHERE l.id = 'L3' AND m.entrusts = 1 AND p.instrument_no = m.instrument AND p.mode = m.name
  AND d.no = p.delegation_no AND i.power_type = '行政处罚'
