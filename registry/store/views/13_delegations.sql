/* delegations: who may exercise what, as of the day: (instrument, item, zone). How its agreements
   stand, view agreement_state decides. */
SELECT ins.id AS instrument,
       i.id || '-' || z.id AS id,
       i.id AS item,
       i.name AS item_name,
       i.annex AS annex,
       ax.role AS annex_role,
       i.power_type AS power_type,
       i.initiation AS initiation,
       i.mode AS mode,
       m.entrusts AS entrusts,
       i.scope AS scope,
       i.remark AS remark,
       z.id AS zone,
       z.name AS zone_name,
       names.department AS department,
       d.valid_from AS valid_from,
       d.valid_to AS valid_to,
       CASE WHEN ax.role = 'withdrawn' THEN 0
            WHEN d.valid_to IS NOT NULL AND d.valid_to < t.date THEN 0
            ELSE 1 END AS conferred,
       CASE WHEN m.entrusts = 1 THEN ag.status ELSE '不适用' END AS agreement_status,
       a.number AS agreement,
       CASE WHEN m.entrusts = 1 THEN ag.exercisable_from ELSE d.valid_from END AS exercisable_from,
       ag.since AS agreement_since,
       ag.gap_days AS agreement_gap_days,
       ag.ends_on AS agreement_ends_on,
       ag.provenance AS agreement_provenance,
       i.provenance AS provenance,
       i.source AS source,
       d.no AS delegation_no,
       i.no AS item_no,
       z.no AS zone_no
FROM delegation AS d
CROSS JOIN as_of AS t
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS z ON z.no = d.zone
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
JOIN mode AS m ON m.instrument = i.instrument AND m.name = i.mode
LEFT JOIN item_department_names AS names ON names.item_no = i.no
LEFT JOIN agreement_state AS ag ON ag.delegation_no = d.no
LEFT JOIN agreement AS a ON a.no = ag.agreement_no
