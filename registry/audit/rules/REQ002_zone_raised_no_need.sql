/*
code: REQ002
name: zone-raised-no-need
title:
  zh: "未提出业务指导需求"
  en: "Zone raised no need for guidance"
severity: info
owed_by: [zone]
remedy:
  zh: "承接主体主动对接主管部门，明确业务指导需求；确无需求的，书面说明。"
  en: "The zone says what guidance it needs, or states that it needs none."
message:
  zh: "{zone_name}没有提出业务指导需求的记录。"
  en: "{zone_name} has raised no need for guidance."
since: 0.1.0
*/
SELECT ins.id AS instrument,
       'zone' AS subject_type,
       z.id AS subject_id,
       z.id AS zone,
       CASE WHEN raised.first_on <= t.date THEN 'ok'
            WHEN dd.due_on IS NULL THEN 'manual'
            WHEN t.date <= dd.due_on THEN 'pending'
            ELSE 'alarm' END AS status,
       dd.due_on
FROM as_of AS t
CROSS JOIN (
  SELECT own.no AS instrument_no, iz.zone AS zone_no, own.issued_on AS owed_from,
         own.issued_on AS counted_on
  FROM instrument AS own
  JOIN instrument_zone AS iz ON iz.instrument = own.no
  UNION ALL
  -- a zone to which a later instrument extended it: from that one's issue on
  SELECT i.instrument, d.zone, min(p.owed_from), min(p.counted_on)
  FROM delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN delegation_period AS dp ON dp.delegation = d.no
  JOIN period AS p ON p.no = dp.period AND p.position = 1
  WHERE d.effect IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM instrument_zone AS named
    WHERE named.instrument = i.instrument AND named.zone = d.zone
  )
  GROUP BY i.instrument, d.zone
) AS held
JOIN instrument AS ins ON ins.no = held.instrument_no
JOIN zone AS z ON z.no = held.zone_no
LEFT JOIN (
  SELECT du.instrument AS instrument_no, pd.start_on AS start_on, max(pd.due_on) AS due_on
  FROM duty AS du
  JOIN period_deadlines AS pd ON pd.duty_no = du.no
  WHERE du.guided = 1
  GROUP BY du.instrument, pd.start_on
) AS dd ON dd.instrument_no = held.instrument_no AND dd.start_on = held.counted_on
LEFT JOIN (
  SELECT g.instrument AS instrument_no, g.zone AS zone_no, min(g.raised_on) AS first_on
  FROM guidance_request AS g
  WHERE g.voided_on IS NULL
  GROUP BY g.instrument, g.zone
) AS raised ON raised.instrument_no = held.instrument_no AND raised.zone_no = held.zone_no
WHERE held.owed_from <= t.date
