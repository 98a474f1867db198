/*
code: CAT010
name: reform-mode-departed
title:
  zh: "未沿用原改革下放方式"
  en: "Earlier reform’s mode departed from"
severity: info
owed_by: [office]
remedy:
  zh: "核实未沿用原下放方式的理由，并留存说明。"
  en: "Find out why the reform’s mode was not kept, and keep a note of it."
message:
  zh: "“{item_name}”原改革下放方式为“{reform_mode}”，本次为“{mode}”。"
  en: "{item_name}: the earlier reform’s mode was {reform_mode}, now it is {mode}."
since: 0.1.0
*/
SELECT instrument,
       'item' AS subject_type,
       id AS subject_id,
       id AS item,
       CASE WHEN reform_mode IS NULL THEN 'skip'
            WHEN reform_mode = mode THEN 'ok'
            ELSE 'alarm' END AS status,
       NULL AS due_on,
       reform_mode
FROM items
WHERE annex_role <> 'withdrawn'
