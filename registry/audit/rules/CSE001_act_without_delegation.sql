/*
code: CSE001
name: act-without-delegation
title:
  zh: "未经赋权实施"
  en: "Act without a delegation"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施；已作出的许可决定依法由作出机关或者其上级机关决定是否撤销，并追究责任。"
  en: "Stop; whether licences already granted are revoked is for their agency or the one above it; those responsible answer."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时未获赋权：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month} without any delegation; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wanted (kind) AS (SELECT 'without-delegation'),
{case_verdict_rows}
