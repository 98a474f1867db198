/* items: powers and public services, one row each. reference: the id with its instrument, as
   several instruments may number alike. */
SELECT ins.id AS instrument,
       i.id AS id,
       ins.id || ':' || i.id AS reference,
       i.annex AS annex,
       ax.role AS annex_role,
       i.seq AS seq,
       i.name AS name,
       i.name_key AS name_key,
       i.power_type AS power_type,
       i.initiation AS initiation,
       i.mode AS mode,
       m.entrusts AS entrusts,
       i.scope AS scope,
       i.remark AS remark,
       names.department AS department,
       i.law AS law,
       i.law_version AS law_version,
       i.article AS article,
       i.legal_level AS legal_level,
       i.reform_mode AS reform_mode,
       i.basic_code AS basic_code,
       i.implementation_code AS implementation_code,
       p.id AS parent,
       i.counts_in_total AS counts_in_total,
       i.our_note AS our_note,
       i.provenance AS provenance,
       i.source AS source,
       i.scope_basis AS scope_basis,
       open.unofficial_fields AS unofficial_fields,
       i.no AS item_no
FROM item AS i
JOIN instrument AS ins ON ins.no = i.instrument
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
JOIN mode AS m ON m.instrument = i.instrument AND m.name = i.mode
LEFT JOIN item_department_names AS names ON names.item_no = i.no
LEFT JOIN unofficial_field_lists AS open ON open.item_no = i.no
LEFT JOIN item AS p ON p.no = i.parent
