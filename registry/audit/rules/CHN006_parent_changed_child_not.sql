/*
code: CHN006
name: parent-changed-child-not
title:
  zh: "上级赋权已调整，本级未跟进"
  en: "What it derives from changed, the delegation did not"
severity: medium
law: [L2, L3]
owed_by: [office]
remedy:
  zh: "对照调整后的上级赋权，印发文件调整本级赋权；无需调整的，办理豁免并写明理由。三十个工作日的期限为本系统设定。"
  en: "Hold the delegation against what it derives from as it is now, and amend it; where nothing is to be amended, waive the finding and say why. The thirty working days are ours."
message:
  zh: "“{item_name}”（{zone_name}）所依据的上级赋权{parent}{problem_zh}。"
  en: "{item_name} ({zone_name}): {parent}, from which it derives, {problem_en}."
since: 0.2.0
each: derivations
*/
WITH changed AS MATERIALIZED (
  -- the first change of the terms above, by an instrument, that no instrument followed. What only
  -- gains asks for nothing.
  SELECT x.delegation_no AS delegation_no, min(p.from_on) AS changed_on
  FROM derivations AS x
  CROSS JOIN as_of AS t
  JOIN delegation_period AS dp ON dp.delegation = x.parent_no
  JOIN period AS p ON p.no = dp.period
  JOIN instrument AS opener ON opener.no = p.opened_by
  JOIN delegation_period AS dq ON dq.delegation = x.parent_no
  JOIN period AS q ON q.no = dq.period
  WHERE p.state = 'conferred' AND p.from_on <= t.date AND (p.to_on IS NULL OR p.to_on >= p.from_on)
    AND q.state = 'conferred' AND q.from_on < p.from_on AND q.to_on >= q.from_on
    AND NOT EXISTS (
      SELECT 1 FROM delegation_period AS dr JOIN period AS r ON r.no = dr.period
      WHERE dr.delegation = x.parent_no AND r.state = 'conferred' AND r.to_on >= r.from_on
        AND r.from_on > q.from_on AND r.from_on < p.from_on
    )
    AND (p.instrument <> q.instrument OR p.mode <> q.mode
         OR ((coalesce(p.scope, '') <> coalesce(q.scope, '')
              OR coalesce(p.remark, '') <> coalesce(q.remark, '')
              OR coalesce(p.territory, '') <> coalesce(q.territory, ''))
             AND NOT (coalesce(p.scope, '') = '全部' AND p.territory IS NULL)))
    AND NOT EXISTS (
      SELECT 1 FROM delegation_period AS dc
      JOIN period AS c ON c.no = dc.period
      JOIN instrument AS own ON own.no = c.opened_by
      WHERE dc.delegation = x.delegation_no AND c.from_on >= opener.issued_on
        AND own.issued_on <= t.date
    )
  GROUP BY x.delegation_no
)
SELECT ins.id AS instrument,
       'delegation' AS subject_type,
       i.id || '-' || first.id AS subject_id,
       i.id AS item,
       z.id AS zone,
       CASE WHEN x.held = 0 THEN 'skip'
            WHEN x.loaded = 0 THEN 'manual'
            WHEN x.above_mode IS NULL THEN 'skip'
            WHEN c.changed_on IS NULL THEN 'ok'
            WHEN due.date IS NULL THEN 'manual'
            WHEN t.date <= due.date THEN 'pending'
            ELSE 'alarm' END AS status,
       due.date AS due_on,
       x.parent,
       CASE WHEN x.loaded = 0 THEN '未登记，是否调整过须人工核实'
            WHEN due.date IS NULL THEN '已于' || c.changed_on || '调整，跟进期限超出已公布的工作日历'
            ELSE '已于' || c.changed_on || '调整，本级赋权应于' || due.date || '前跟进' END
         AS problem_zh,
       CASE WHEN x.loaded = 0 THEN 'is not recorded: check whether it was changed'
            WHEN due.date IS NULL
            THEN 'was changed on ' || c.changed_on || '; the calendar does not reach the day to follow by'
            ELSE 'was changed on ' || c.changed_on || '; the delegation was to follow by ' || due.date
       END AS problem_en,
       above.provenance
FROM derivations AS x
CROSS JOIN delegation AS d
JOIN item AS i ON i.no = d.item
JOIN instrument AS ins ON ins.no = i.instrument
JOIN zone AS first ON first.no = d.zone
JOIN zone AS z ON z.no = coalesce(x.zone_no, d.zone)
LEFT JOIN delegation AS up ON up.no = x.parent_no
LEFT JOIN item AS above ON above.no = up.item
CROSS JOIN as_of AS t
LEFT JOIN changed AS c ON c.delegation_no = x.delegation_no
LEFT JOIN workday AS counting ON counting.date = c.changed_on
LEFT JOIN working_period_ends AS due ON due.ordinal = counting.ordinal + 30
WHERE d.no = x.delegation_no
