-- How often delegations were used in it, and which were in force throughout.
counted AS (
  SELECT x.delegation_no AS delegation_no, count(*) AS cases
  FROM period AS p JOIN case_delegations AS x ON x.on_day BETWEEN p.from_on AND p.to_on
  WHERE x.delegation_no IS NOT NULL
  GROUP BY x.delegation_no
),
throughout AS (
  SELECT s.delegation_no AS delegation_no
  FROM period AS p
  JOIN standing AS s ON s.state = '生效' AND s.from_on <= p.from_on
    AND (s.to_on IS NULL OR s.to_on >= p.to_on)
)
