/* accounts: accounts of the platform, as the latest file of each of its systems gives them; none of
   files that are voided. people: how many share it; active NULL: not said. roles: joined by `;`. */
SELECT a.no AS account_no,
       src.name AS source,
       a.login AS login,
       z.id AS zone,
       d.id AS department,
       a.people AS people,
       a.active AS active,
       a.last_login_on AS last_login_on,
       roles.names AS roles,
       a.unknown_roles AS unknown_roles,
       a.line AS line,
       a.load AS load_no,
       l.loaded_on AS loaded_on,
       l.provenance AS provenance,
       a.zone AS zone_no,
       a.department AS department_no
FROM account AS a
JOIN platform_load AS l ON l.no = a.load AND l.voided_on IS NULL
JOIN platform_source AS src ON src.no = l.source
LEFT JOIN zone AS z ON z.no = a.zone
LEFT JOIN department AS d ON d.no = a.department
LEFT JOIN (
  SELECT r.account AS account,
         group_concat(r.role, ';') OVER (
           PARTITION BY r.account ORDER BY r.role
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
         ) AS names,
         row_number() OVER (PARTITION BY r.account ORDER BY r.role) AS place
  FROM account_role AS r
) AS roles ON roles.account = a.no AND roles.place = 1
WHERE NOT EXISTS (
  SELECT 1 FROM platform_load AS later
  WHERE later.kind = 'accounts' AND later.source = l.source AND later.voided_on IS NULL
    AND later.no > l.no
)
