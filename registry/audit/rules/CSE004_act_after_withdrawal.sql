/*
code: CSE004
name: act-after-withdrawal
title:
  zh: "收回、中止后实施"
  en: "Act after the withdrawal"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施，将在办件移交现实施机关；文件规定由原机关办结的，只办结交接日前已受理的。"
  en: "Stop, and hand open cases over; where the instrument lets the former holder finish, only those accepted before the handover."
message:
  zh: "{zone_name}在{month}办理“{item_name}”{cases}件，当时该项权力{state_zh}：{numbers}。"
  en: "{zone_name} acted on {item_name} in {month}, when the power {state_en}; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wanted (kind) AS (SELECT 'withdrawn'),
{case_verdict_rows}
