WITH agreed AS MATERIALIZED (SELECT a.* FROM agreement_days AS a),
ancestor AS MATERIALIZED (SELECT up.* FROM delegation_ancestors AS up),
exercisable AS MATERIALIZED (
  SELECT g.* FROM exercisable_days AS g
  WHERE g.delegation_no IN (SELECT up.ancestor_no FROM ancestor AS up)
)