-- Whose a case is that is judged as a whole: the delegation of the zone that accepted it, else the
-- file's. `x` has item_no, zone_no, load_no, month, status, subjects and number.
SELECT coalesce(ins.id, first.id) AS instrument,
       CASE WHEN z.no IS NULL OR i.no IS NULL THEN 'load' ELSE 'delegation' END AS subject_type,
       CASE WHEN z.no IS NULL OR i.no IS NULL THEN 'L-' || coalesce(CAST(x.load_no AS TEXT), '')
            ELSE i.id || '-' || z.id END AS subject_id,
       x.month AS discriminator,
       x.month,
       i.id AS item,
       z.id AS zone,
       x.status,
       x.subjects,
       NULL AS due_on,
       x.number AS case_number
