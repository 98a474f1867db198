/* delegations: who may exercise what, as of the day: (instrument, item, zone). */
SELECT ins.id AS instrument,
       i.id || '-' || z.id AS id,
       ins.id || ':' || i.id || '-' || z.id AS reference,
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
       CASE
         WHEN m.entrusts = 0 THEN '不适用'
         WHEN a.no IS NULL THEN '未签订'
         WHEN a.expires_on < t.date THEN '已届满'
         WHEN EXISTS (
           SELECT 1 FROM agreement_term AS term
           WHERE term.instrument = a.instrument AND term.required = 1 AND term.term NOT IN
             (SELECT c.term FROM agreement_contains AS c WHERE c.agreement = a.no)
         ) THEN '要件不全'
         WHEN a.signed_on > (
           SELECT dd.due_on FROM duty_deadlines AS dd
           JOIN duty AS du ON du.no = dd.duty_no
           WHERE du.instrument = i.instrument AND du.proof = 'agreement'
         ) THEN '逾期签订'
         ELSE '已签订'
       END AS agreement_status,
       a.number AS agreement,
       CASE WHEN m.entrusts = 1 THEN coalesce(a.effective_on, a.signed_on)
            ELSE d.valid_from END AS exercisable_from,
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
LEFT JOIN agreement AS a ON m.entrusts = 1 AND a.no = (
  -- the one in force on the day, else the latest
  SELECT da.agreement_no FROM as_of AS day CROSS JOIN delegation_agreements AS da
  WHERE da.delegation_no = d.no AND da.signed_on <= day.date
  ORDER BY (da.effective_on <= day.date AND coalesce(da.expires_on, day.date) >= day.date) DESC,
           da.signed_on DESC, da.agreement_no DESC
  LIMIT 1
)
