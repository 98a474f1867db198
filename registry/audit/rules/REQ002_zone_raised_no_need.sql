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
       CASE WHEN EXISTS (
              SELECT 1 FROM guidance_requests AS g
              WHERE g.instrument = ins.id AND g.zone = z.id AND g.raised_on <= t.date
            ) THEN 'ok'
            WHEN dd.due_on IS NULL THEN 'manual'
            WHEN t.date <= dd.due_on THEN 'pending'
            ELSE 'alarm' END AS status,
       dd.due_on
FROM as_of AS t
CROSS JOIN instrument AS ins
JOIN instrument_zone AS iz ON iz.instrument = ins.no
JOIN zone AS z ON z.no = iz.zone
LEFT JOIN (
  SELECT du.instrument AS instrument_no, max(dd.due_on) AS due_on
  FROM duty AS du
  JOIN duty_deadlines AS dd ON dd.duty_no = du.no
  WHERE du.guided = 1
  GROUP BY du.instrument
) AS dd ON dd.instrument_no = ins.no
WHERE ins.issued_on <= t.date
