/*
code: CAT003
name: withdrawn-item-still-conferred
title:
  zh: "不再实施的事项仍列入赋权清单"
  en: "Withdrawn item is still conferred"
severity: high
owed_by: [office]
remedy:
  zh: "核实事项应赋予还是收回，从其中一个附件中删除。"
  en: "Find out whether the item is conferred or withdrawn, and take it out of the other annex."
message:
  zh: "附件{annex}“{item_name}”已不再实施，但仍列于附件{other_annex}（{other}）。"
  en: "{item_name} is withdrawn by annex {annex}, and yet stands in annex {other_annex} ({other})."
since: 0.1.0
*/
WITH pair AS MATERIALIZED (
  SELECT me.no AS item_no, o.no AS other_no
  FROM item AS me
  JOIN item AS o ON o.name_key = me.name_key AND o.instrument = me.instrument
  JOIN annex AS own ON own.instrument = me.instrument AND own.annex = me.annex
  JOIN annex AS ax ON ax.instrument = o.instrument AND ax.annex = o.annex
  WHERE own.role = 'withdrawn' AND ax.role <> 'withdrawn'
),
{held_twin}
SELECT i.instrument,
       'item' AS subject_type,
       i.id AS subject_id,
       i.id AS item,
       i.annex,
       CASE WHEN other.id IS NULL THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       other.id AS other,
       other.annex AS other_annex
FROM items AS i
LEFT JOIN twin ON twin.item_no = i.item_no
LEFT JOIN item AS other ON other.no = twin.other_no
WHERE i.annex_role = 'withdrawn'
