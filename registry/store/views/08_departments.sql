/* departments: every department, by the name that it has on the day. */
SELECT d.no AS department_no,
       d.id AS id,
       coalesce((SELECT e.name FROM body_event AS e
                 WHERE e.kind = 'department' AND e.body = d.id AND e.what = 'renamed'
                   AND e.on_day <= t.date
                 ORDER BY e.on_day DESC, e.no DESC LIMIT 1), d.name) AS name,
       coalesce((SELECT e.short_name FROM body_event AS e
                 WHERE e.kind = 'department' AND e.body = d.id AND e.what = 'renamed'
                   AND e.on_day <= t.date
                 ORDER BY e.on_day DESC, e.no DESC LIMIT 1), d.short_name) AS short_name,
       d.provenance AS provenance,
       d.source AS source
FROM as_of AS t
CROSS JOIN department AS d
