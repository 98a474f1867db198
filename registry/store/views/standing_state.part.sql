CASE
         WHEN p.no IS NULL THEN '尚未生效'
         WHEN p.state = 'withdrawn' THEN '已收回'
         WHEN p.state = 'expired' THEN '委托届满'
         WHEN p.state = 'suspended' THEN '中止'
         WHEN EXISTS (
           SELECT 1 FROM ancestor AS up
           WHERE up.delegation_no = x.delegation_no AND up.loaded = 1 AND NOT EXISTS (
             SELECT 1 FROM exercisable AS g
             WHERE g.delegation_no = up.ancestor_no AND g.from_on <= x.on_day
               AND (g.to_on IS NULL OR g.to_on >= x.on_day)
           )
         ) THEN '上级失效'
         WHEN m.needs_agreement = 0 THEN '生效'
         WHEN EXISTS (
           SELECT 1 FROM agreed AS a
           WHERE a.delegation_no = x.delegation_no AND a.from_on <= x.on_day
             AND (a.to_on IS NULL OR a.to_on >= x.on_day)
         ) THEN '生效'
         ELSE coalesce(
           (SELECT a.ended FROM agreed AS a
            WHERE a.delegation_no = x.delegation_no AND a.to_on < x.on_day
            ORDER BY a.to_on DESC, a.ended DESC LIMIT 1), -- of one day: 已解除
           '待签协议'
         )
       END