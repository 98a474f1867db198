/* effect_names: what an effect names, one row each: of items (`all`, ids, `annex:N`) and of delegates
   (`all`, ids of zones). */
WITH RECURSIVE part (effect_no, field, name, rest) AS (
  SELECT e.no, 'items', '', e.items || ';' FROM effect AS e
  UNION ALL
  SELECT e.no, 'delegates', '', e.delegates || ';' FROM effect AS e
  UNION ALL
  SELECT p.effect_no, p.field, substr(p.rest, 1, instr(p.rest, ';') - 1),
         substr(p.rest, instr(p.rest, ';') + 1)
  FROM part AS p
  WHERE p.rest <> ''
)
SELECT DISTINCT p.effect_no AS effect_no, p.field AS field, p.name AS name
FROM part AS p
WHERE p.name <> ''
