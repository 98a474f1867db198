/* agreement_days: from when to when an agreement of the right parties carries a delegation, both days
   included, whatever the day: not before it was signed, nor before those who signed it stood in the
   place of the parties. to_on NULL: no end is set. ended: how it ends. before_on and after_on: the
   days beside. One that ends before it begins has no row. */
WITH signed AS MATERIALIZED (
  SELECT d.no AS delegation_no,
         a.no AS agreement_no,
         a.from_on AS from_on,
         a.before_on AS before_on,
         a.to_on AS to_on,
         a.after_on AS after_on,
         CASE WHEN a.to_on = a.terminated_on THEN '已解除' ELSE '委托届满' END AS ended,
         z.since AS zone_since,
         z.before_on AS zone_before,
         (SELECT min(l.since) FROM item_department AS i
          JOIN department_line_days AS l ON l.department_no = i.department
          WHERE i.item = d.item AND l.relative_no = a.department) AS line_since,
         (SELECT min(l.before_on) FROM item_department AS i
          JOIN department_line_days AS l ON l.department_no = i.department
          WHERE i.item = d.item AND l.relative_no = a.department) AS line_before
  FROM agreement AS a
  JOIN agreement_item AS ai ON ai.agreement = a.no
  JOIN delegation AS d ON d.item = ai.item
  JOIN zone_holder_days AS z ON z.zone_no = d.zone AND z.holder_no = a.zone
  WHERE a.voided_on IS NULL
),
carried AS (
  SELECT y.delegation_no AS delegation_no,
         y.agreement_no AS agreement_no,
         CASE WHEN y.zone_since > y.from_on AND y.zone_since >= y.line_since THEN y.zone_since
              WHEN y.line_since > y.from_on THEN y.line_since ELSE y.from_on END AS from_on,
         CASE WHEN y.zone_since > y.from_on AND y.zone_since >= y.line_since THEN y.zone_before
              WHEN y.line_since > y.from_on THEN y.line_before ELSE y.before_on END AS before_on,
         y.to_on AS to_on,
         y.after_on AS after_on,
         y.ended AS ended
  FROM signed AS y
  WHERE y.line_since IS NOT NULL
)
SELECT x.delegation_no AS delegation_no,
       x.agreement_no AS agreement_no,
       x.from_on AS from_on,
       x.to_on AS to_on,
       x.ended AS ended,
       x.before_on AS before_on,
       x.after_on AS after_on
FROM carried AS x
WHERE x.to_on IS NULL OR x.to_on >= x.from_on
