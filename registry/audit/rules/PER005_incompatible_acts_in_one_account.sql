/*
code: PER005
name: incompatible-acts-in-one-account
title:
  zh: "一个账号兼有不相容环节"
  en: "Incompatible acts in one account"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "调整账号的角色和权限，由不同人员分别办理；确因人员不足的，办理豁免并写明理由。"
  en: "Change roles and permissions so that different people do these; where there are too few of them, waive the finding and say why."
message:
  zh: "账号{login}（{source}）兼有不相容的环节：{pairs_zh}。"
  en: "Account {login} ({source}) holds acts that nobody should hold together: {pairs_en}."
since: 0.2.0
each: accounts
*/
WITH held AS MATERIALIZED (
  SELECT r.account AS account_no, own.act AS act
  FROM account_role AS r
  JOIN platform_role AS own ON own.name = r.role
  UNION
  SELECT a.account_no, p.act
  FROM accounts AS a
  JOIN permissions AS p ON p.source = a.source AND p.holder = a.login
  WHERE p.act IS NOT NULL
  UNION
  SELECT a.account_no, p.act
  FROM accounts AS a
  JOIN account_role AS r ON r.account = a.account_no
  JOIN permissions AS p ON p.source = a.source AND p.holder = r.role
  WHERE p.act IS NOT NULL
),
found AS MATERIALIZED (
  SELECT one.account_no AS account_no,
         f.position * 100 + g.position AS position,
         f.name || '与' || g.name AS pair_zh,
         f.name_en || ' and ' || g.name_en AS pair_en
  FROM incompatible_acts AS x
  JOIN act AS f ON f.id = x.first
  JOIN act AS g ON g.id = x.second
  JOIN held AS one ON one.act = x.first
  JOIN held AS other ON other.account_no = one.account_no AND other.act = x.second
),
told AS (
  SELECT f.account_no AS account_no,
         group_concat(f.pair_zh, '、') OVER every AS pairs_zh,
         group_concat(f.pair_en, ', ') OVER every AS pairs_en,
         row_number() OVER (PARTITION BY f.account_no ORDER BY f.position) AS place
  FROM found AS f
  WINDOW every AS (
    PARTITION BY f.account_no ORDER BY f.position
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
)
SELECT first.id AS instrument,
       'account' AS subject_type,
       a.source || '/' || a.login AS subject_id,
       a.zone,
       a.department,
       CASE WHEN a.active = 0 THEN 'skip'
            WHEN f.account_no IS NOT NULL THEN 'alarm'
            -- what an unknown role may do is asked by PER007
            WHEN a.unknown_roles > 0 THEN 'skip'
            ELSE 'ok' END AS status,
       NULL AS due_on,
       a.login,
       a.source,
       f.pairs_zh,
       f.pairs_en,
       coalesce(a.zone, a.department) AS also_owed_by,
       a.provenance
FROM as_of AS t
CROSS JOIN (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN accounts AS a
LEFT JOIN told AS f ON f.account_no = a.account_no AND f.place = 1
WHERE first.no = least.no AND a.loaded_on <= t.date
