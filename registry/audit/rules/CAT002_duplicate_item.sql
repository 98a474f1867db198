/*
code: CAT002
name: duplicate-item
title:
  zh: "同一附件内事项重复"
  en: "Item stands twice in one annex"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "核实是否同一事项；是则删除其一，否则在名称中加以区分。"
  en: "Find out whether they are one item; if so take one out, else tell them apart by name."
message:
  zh: "附件{annex}中“{item_name}”与{other}同名，且涉及同一承接主体。"
  en: "Annex {annex}: {item_name} has the name of {other}, for the same zone."
since: 0.1.0
*/
WITH pair AS MATERIALIZED (
  SELECT me.no AS item_no, o.no AS other_no
  FROM item AS me
  JOIN item AS o ON o.name_key = me.name_key AND o.instrument = me.instrument
  WHERE o.no <> me.no AND o.annex = me.annex AND coalesce(o.parent, 0) = coalesce(me.parent, 0)
),
{held_twin}
SELECT i.instrument,
       'item' AS subject_type,
       i.id AS subject_id,
       i.id AS item,
       i.annex,
       CASE WHEN other.id IS NULL THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       other.id AS other
FROM items AS i
LEFT JOIN twin ON twin.item_no = i.item_no
LEFT JOIN item AS other ON other.no = twin.other_no
