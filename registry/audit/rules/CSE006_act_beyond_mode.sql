/*
code: CSE006
name: act-beyond-mode
title:
  zh: "超出赋权方式实施"
  en: "Act beyond the mode"
severity: high
law: [L13, L14]
owed_by: [zone]
remedy:
  zh: "停止实施该环节，按赋权方式报市级部门办理；须人工核实的，对照赋权文件和协议所列权限。"
  en: "Stop that act, and leave it to the department as the mode says; to be checked by hand: hold it against the instrument and the agreement."
message:
  zh: "{zone_name}在{month}对“{item_name}”{cases}件实施了赋权方式（{mode}）不包括的环节：{numbers}。"
  en: "{zone_name} did acts on {item_name} in {month} that its mode ({mode}) does not give; cases: {cases} ({numbers})."
since: 0.2.0
each: cases
per: case
*/
WITH wanted (kind) AS (SELECT 'mode'),
{case_verdict_rows}
