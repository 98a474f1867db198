/*
code: CAT004
name: item-in-two-annexes
title:
  zh: "事项同时列入赋权清单和直接实施清单"
  en: "Item is both newly delegated and implemented directly"
severity: medium
owed_by: [office]
remedy:
  zh: "核实事项是新赋予还是原由承接主体直接实施，只保留其一。"
  en: "Find out whether the item is newly delegated or was implemented before, and keep one."
message:
  zh: "“{item_name}”同时列于附件{annex}和附件{other_annex}（{other}）。"
  en: "{item_name} stands in annex {annex} and in annex {other_annex} ({other})."
since: 0.1.0
*/
WITH pair AS MATERIALIZED (
  SELECT me.no AS item_no, o.no AS other_no
  FROM item AS me
  JOIN item AS o ON o.name_key = me.name_key AND o.instrument = me.instrument
  JOIN annex AS own ON own.instrument = me.instrument AND own.annex = me.annex
  JOIN annex AS ax ON ax.instrument = o.instrument AND ax.annex = o.annex
  WHERE own.role = 'delegated' AND ax.role = 'direct'
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
WHERE i.annex_role = 'delegated'
