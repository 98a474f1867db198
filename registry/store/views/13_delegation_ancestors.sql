/* delegation_ancestors: the delegations from which one derives, step by step, the nearest first. The
   last may be of an instrument that is not in the registry (loaded 0, ancestor_no NULL). */
WITH RECURSIVE up (delegation_no, ancestor_no, ancestor, loaded, step) AS (
  SELECT p.delegation_no, p.parent_no, p.parent, p.loaded, 1 FROM delegation_parents AS p
  UNION
  SELECT u.delegation_no, p.parent_no, p.parent, p.loaded, u.step + 1
  FROM up AS u
  JOIN delegation_parents AS p ON p.delegation_no = u.ancestor_no
  WHERE u.step < 20
)
SELECT u.delegation_no AS delegation_no,
       u.ancestor_no AS ancestor_no,
       u.ancestor AS ancestor,
       u.loaded AS loaded,
       u.step AS step
FROM up AS u
