/* departments: every department, by the name that it has on the day. */
SELECT d.no AS department_no,
       d.id AS id,
       coalesce(renamed.name, d.name) AS name,
       coalesce(renamed.short_name, d.short_name) AS short_name,
       d.provenance AS provenance,
       d.source AS source
FROM department AS d
LEFT JOIN (
  SELECT e.body AS body, e.name AS name, e.short_name AS short_name,
         row_number() OVER (PARTITION BY e.body ORDER BY e.on_day DESC, e.no DESC) AS place
  FROM as_of AS t
  CROSS JOIN body_event AS e
  WHERE e.kind = 'department' AND e.what = 'renamed' AND e.on_day <= t.date
) AS renamed ON renamed.body = d.id AND renamed.place = 1
