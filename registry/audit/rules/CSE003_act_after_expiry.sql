/*
code: CSE003
name: act-after-expiry
title:
  zh: "委托届满、解除后实施"
  en: "Act after the entrustment ended"
severity: high
law: [L13, L14, L28]
owed_by: [department, zone]
remedy:
  zh: "停止实施；需要继续委托的，续签协议；届满、解除后办理的，由委托部门审查并确认其效力。"
  en: "Stop; renew the agreement if it is to go on; the department reviews what was done since it ended."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时{state_zh}：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month}, when the entrustment {state_en}; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wanted (kind) AS (SELECT 'ended'),
{case_verdict_rows}
