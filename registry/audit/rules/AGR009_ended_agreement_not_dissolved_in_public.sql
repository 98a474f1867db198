/*
code: AGR009
name: ended-agreement-not-dissolved-in-public
title:
  zh: "委托终止未公开解除"
  en: "Ended agreement not dissolved in public"
severity: low
law: [L4]
owed_by: [department]
remedy:
  zh: "公开解除委托，登记公开日期；已续签的，补记续签协议。公开解除的要求依据《山东省行政程序规定》第十六条的摘录理解，须与原文核对。"
  en: "Make the end of the entrustment public and record the day, or record the renewal. The requirement is read from an excerpt of 山东省行政程序规定 art. 16: check the full text."
message:
  zh: "协议{subject_id}已于{ended_on}{ending_zh}，未见公开解除委托的记录。"
  en: "Agreement {subject_id} {ending_en} on {ended_on}; no public dissolution is recorded."
since: 0.2.0
*/
WITH renewed AS (
  SELECT DISTINCT r.instrument AS instrument, r.renews AS number
  FROM as_of AS t
  CROSS JOIN agreements AS r
  WHERE r.renews IS NOT NULL AND r.signed_on <= t.date
),
last AS (
  SELECT q.delegation_no AS delegation_no, max(coalesce(q.to_on, '9999-12-31')) AS to_on
  FROM as_of AS t
  CROSS JOIN agreement_periods AS q
  WHERE q.signed_on <= t.date
  GROUP BY q.delegation_no
),
ended AS (
  SELECT DISTINCT p.agreement_no AS agreement_no
  FROM agreement_periods AS p
  JOIN last AS l ON l.delegation_no = p.delegation_no AND l.to_on <= p.to_on
)
SELECT a.instrument,
       'agreement' AS subject_type,
       a.number AS subject_id,
       a.department,
       a.zone,
       CASE WHEN a.to_on IS NULL OR a.to_on >= t.date THEN 'skip'
            WHEN a.dissolved_public_on <= t.date THEN 'ok'
            WHEN a.to_on = a.terminated_on THEN 'alarm'
            -- carried on: said so, or every delegation has one that lasts longer
            WHEN renewed.number IS NOT NULL THEN 'skip'
            WHEN ended.agreement_no IS NOT NULL THEN 'alarm'
            ELSE 'skip' END AS status,
       NULL AS due_on,
       a.to_on AS ended_on,
       CASE WHEN a.to_on = a.terminated_on THEN '解除' ELSE '届满且未续签' END AS ending_zh,
       CASE WHEN a.to_on = a.terminated_on THEN 'was terminated' ELSE 'expired without renewal' END
         AS ending_en,
       a.provenance
FROM as_of AS t
CROSS JOIN agreements AS a
LEFT JOIN renewed ON renewed.instrument = a.instrument AND renewed.number = a.number
LEFT JOIN ended ON ended.agreement_no = a.agreement_no
WHERE a.signed_on <= t.date
