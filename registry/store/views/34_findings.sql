/* findings: what stored audits found; `run` tells which. */
SELECT f.run AS run,
       r.as_of AS as_of,
       f.code AS code,
       rr.name AS name,
       f.severity AS severity,
       f.status AS status,
       f.instrument AS instrument,
       f.subject_type AS subject_type,
       f.subject_id AS subject_id,
       f.item AS item,
       f.zone AS zone,
       f.department AS department,
       f.owed_by AS owed_by,
       f.mode AS mode,
       f.duty AS duty,
       f.due_on AS due_on,
       f.days_overdue AS days_overdue,
       f.working_days_overdue AS working_days_overdue,
       f.message_zh AS message_zh,
       f.message_en AS message_en,
       f.provenance AS provenance,
       f.waived AS waived,
       f.fingerprint AS fingerprint
FROM finding AS f
JOIN run AS r ON r.no = f.run
JOIN run_rule AS rr ON rr.run = f.run AND rr.code = f.code
