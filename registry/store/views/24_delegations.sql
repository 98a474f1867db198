/* delegations: who may exercise what, as of the day: (instrument, item, zone). How its agreements
   stand, view agreement_state decides. */
SELECT ins.id AS instrument,
       i.id || '-' || first.id AS id,
       ins.id || ':' || i.id || '-' || first.id AS reference,
       i.id AS item,
       i.name AS item_name,
       i.annex AS annex,
       ax.role AS annex_role,
       i.power_type AS power_type,
       i.initiation AS initiation,
       p.mode AS mode,
       m.entrusts AS entrusts,
       p.scope AS scope,
       p.remark AS remark,
       p.territory AS territory,
       z.id AS zone,
       z.name AS zone_name,
       names.department AS department,
       CASE WHEN ax.role <> 'withdrawn' THEN (
         SELECT min(q.from_on) FROM delegation_periods AS q WHERE q.delegation_no = d.no
       ) END AS valid_from,
       CASE WHEN ax.role = 'withdrawn' THEN p.from_on ELSE (
         -- known from the day on which the instrument that ends it is issued
         SELECT min(q.to_on) FROM as_of AS day
         CROSS JOIN delegation_periods AS q
         JOIN delegation_periods AS later
           ON later.delegation_no = q.delegation_no AND later.position = q.position + 1
         LEFT JOIN instrument AS closing ON closing.id = later.opened_by
         WHERE q.delegation_no = d.no AND later.state IN ('withdrawn', 'expired')
           AND coalesce(closing.issued_on, later.from_on) <= day.date
       ) END AS valid_to,
       p.held AS conferred,
       CASE WHEN p.begun = 0 THEN '尚未生效'
            ELSE CASE p.state WHEN 'conferred' THEN '已赋权' WHEN 'suspended' THEN '已中止'
                              WHEN 'expired' THEN '已到期'
                              ELSE CASE ax.role WHEN 'withdrawn' THEN '不再实施' ELSE '已收回' END
                 END
       END AS conferral,
       CASE WHEN m.needs_agreement = 1 THEN ag.status ELSE '不适用' END AS agreement_status,
       a.number AS agreement,
       CASE WHEN m.needs_agreement = 1
            -- an agreement gives nothing before the conferral begins
            THEN CASE WHEN p.begun = 0 AND ag.exercisable_from < p.from_on THEN p.from_on
                      ELSE ag.exercisable_from END
            WHEN ax.role <> 'withdrawn' THEN p.from_on END AS exercisable_from,
       ag.since AS agreement_since,
       ag.gap_days AS agreement_gap_days,
       ag.ends_on AS agreement_ends_on,
       ag.provenance AS agreement_provenance,
       opened.number AS opened_by,
       p.opening_clause AS opening_clause,
       i.provenance AS provenance,
       i.source AS source,
       open.unofficial_fields AS unofficial_fields,
       d.no AS delegation_no,
       i.no AS item_no,
       z.zone_no AS zone_no
FROM delegation AS d
CROSS JOIN as_of AS t
JOIN item AS i ON i.no = d.item
JOIN current_periods AS p ON p.delegation_no = d.no
-- from here in this order: of each one row, looked up
CROSS JOIN instrument AS ins
CROSS JOIN annex AS ax
CROSS JOIN mode AS m
CROSS JOIN zone AS first
CROSS JOIN zones AS z
LEFT JOIN instrument AS opened ON opened.no = p.opened_by
LEFT JOIN item_department_names AS names ON names.item_no = i.no
LEFT JOIN unofficial_field_lists AS open ON open.item_no = i.no
LEFT JOIN agreement_state AS ag ON ag.delegation_no = d.no
LEFT JOIN agreement AS a ON a.no = ag.agreement_no
WHERE ins.no = i.instrument
  AND ax.instrument = i.instrument AND ax.annex = i.annex
  AND m.instrument = p.instrument_no AND m.name = p.mode
  AND first.no = d.zone
  AND z.zone_no = coalesce(p.zone_no, d.zone)
