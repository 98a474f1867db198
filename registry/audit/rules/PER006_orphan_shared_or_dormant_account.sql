/*
code: PER006
name: orphan-shared-or-dormant-account
title:
  zh: "账号无主、共用或者长期未用"
  en: "Orphan, shared or dormant account"
severity: low
general: true
owed_by: [office]
remedy:
  zh: "停用无主和长期未用的账号；共用的一人一号重新分配。未载明最后登录时间的，从平台补充导出。"
  en: "Close accounts that are nobody's or dormant; give each person one of their own. Where the last login is not stated, export it from the platform."
message:
  zh: "{whose_zh}：{problem_zh}。"
  en: "{whose_en}: {problem_en}."
since: 0.2.0
each: accounts
*/
WITH gone AS MATERIALIZED (
  SELECT DISTINCT e.kind AS kind, e.body AS body
  FROM as_of AS t
  CROSS JOIN body_event AS e
  WHERE e.what <> 'renamed' AND e.on_day <= t.date
),
judged AS (
  SELECT a.*,
         CASE WHEN a.zone IS NULL AND a.department IS NULL THEN 'unknown'
              WHEN z.body IS NOT NULL OR d.body IS NOT NULL THEN 'gone' END AS orphan,
         CASE WHEN a.people > 1 THEN 1 ELSE 0 END AS is_shared,
         CASE WHEN a.last_login_on < :dormant_before THEN 1 ELSE 0 END AS is_dormant
  FROM as_of AS t
  CROSS JOIN accounts AS a
  LEFT JOIN gone AS z ON z.kind = 'zone' AND z.body = a.zone
  LEFT JOIN gone AS d ON d.kind = 'department' AND d.body = a.department
  WHERE a.loaded_on <= t.date
),
told AS (
  SELECT j.*,
         CASE WHEN j.active = 0 THEN 'skip'
              WHEN j.orphan IS NOT NULL OR j.is_shared + j.is_dormant > 0 THEN 'alarm'
              WHEN j.last_login_on IS NULL THEN 'manual'
              ELSE 'ok' END AS status
  FROM judged AS j
)
SELECT first.id AS instrument,
       CASE WHEN j.status = 'manual' THEN 'load' ELSE 'account' END AS subject_type,
       CASE WHEN j.status = 'manual' THEN 'L-' || CAST(j.load_no AS TEXT)
            ELSE j.source || '/' || j.login END AS subject_id,
       NULL AS discriminator,
       j.zone,
       j.department,
       j.status,
       NULL AS due_on,
       -- what nobody can tell is asked once a file
       CASE WHEN j.status = 'manual' THEN j.login END AS case_number,
       CASE WHEN j.status = 'manual' THEN j.source ELSE '账号' || j.login || '（' || j.source || '）' END
         AS whose_zh,
       CASE WHEN j.status = 'manual' THEN j.source
            ELSE 'Account ' || j.login || ' (' || j.source || ')' END AS whose_en,
       CASE WHEN j.status = 'manual' THEN '账号未载明最后登录时间，是否长期未用须人工核实'
            ELSE substr(
              CASE j.orphan WHEN 'unknown' THEN '，不属于任何已登记的主体'
                            WHEN 'gone' THEN '，所属主体已不再存续' ELSE '' END
              || CASE WHEN j.is_shared = 1
                      THEN '，由' || CAST(j.people AS TEXT) || '人共用' ELSE '' END
              || CASE WHEN j.is_dormant = 1
                      THEN '，自' || j.last_login_on || '以来未登录' ELSE '' END, 2) END AS problem_zh,
       CASE WHEN j.status = 'manual' THEN 'the last login is not stated: check whether they are used'
            ELSE substr(
              CASE j.orphan WHEN 'unknown' THEN ', of no recorded body'
                            WHEN 'gone' THEN ', its body is gone' ELSE '' END
              || CASE WHEN j.is_shared = 1
                      THEN ', shared by ' || CAST(j.people AS TEXT) || ' people' ELSE '' END
              || CASE WHEN j.is_dormant = 1
                      THEN ', no login since ' || j.last_login_on ELSE '' END, 3) END AS problem_en,
       CASE WHEN j.status = 'alarm' THEN coalesce(j.zone, j.department) END AS also_owed_by,
       j.provenance
FROM (SELECT min(no) AS no FROM instrument) AS least
CROSS JOIN instrument AS first
CROSS JOIN told AS j
WHERE first.no = least.no
