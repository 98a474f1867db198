-- The state of each point of `known`: decided here, and nowhere else.
stated AS (
  SELECT k.delegation_no AS delegation_no,
         k.on_day AS on_day,
         k.before_on AS before_on,
         k.period_no AS period_no,
         CASE
           WHEN p.no IS NULL THEN '尚未生效'
           WHEN p.state = 'withdrawn' THEN '已收回'
           WHEN p.state = 'expired' THEN '委托届满'
           WHEN p.state = 'suspended' THEN '中止'
           WHEN k.lacking = 1 THEN '上级失效'
           WHEN m.needs_agreement = 0 OR k.is_agreed = 1 THEN '生效'
           ELSE coalesce(substr(k.ended, 11), '待签协议')
         END AS state
  FROM known AS k
  LEFT JOIN period AS p ON p.no = k.period_no
  LEFT JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
)
