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
LEFT JOIN item AS other ON other.no = (
  SELECT min(o.no) FROM item AS o
  JOIN item AS me ON me.no = i.item_no
  JOIN annex AS ax ON ax.instrument = o.instrument AND ax.annex = o.annex
  WHERE o.name_key = me.name_key AND o.instrument = me.instrument AND ax.role = 'direct'
    AND EXISTS (SELECT 1 FROM delegation AS a JOIN delegation AS b ON b.zone = a.zone
                WHERE a.item = me.no AND b.item = o.no)
)
WHERE i.annex_role = 'delegated'
