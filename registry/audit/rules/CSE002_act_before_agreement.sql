/*
code: CSE002
name: act-before-agreement
title:
  zh: "签订委托协议前实施"
  en: "Act before the agreement"
severity: high
law: [L13, L14]
owed_by: [department, zone]
remedy:
  zh: "停止实施，尽快签订委托协议；协议签订前办理的，由委托部门审查并确认其效力。"
  en: "Stop, and sign the agreement; the department reviews what was done before it."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时委托协议尚未签订或者尚未生效：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month} before any agreement was in force; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wanted (kind) AS (SELECT 'before-agreement'),
{case_verdict_rows}
