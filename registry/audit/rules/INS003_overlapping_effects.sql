/*
code: INS003
name: overlapping-effects
title:
  zh: "文件效力重叠"
  en: "Overlapping effects"
severity: medium
general: true
owed_by: [office]
remedy:
  zh: "核对两项效力以哪一项为准，更正另一项的事项、承接主体或者生效日；同日先后适用确属本意的，办理豁免并写明理由。"
  en: "Find out which of the two is meant, and correct items, delegates or day of the other; where both are meant, one after the other, waive the finding and say why."
message:
  zh: "第{position}项效力（{kind}）与{other_number}第{other_position}项效力（{other_kind}）自{first_on}起作用于同一赋权，现按印发先后适用。"
  en: "Effect {position} ({kind}) and effect {other_position} ({other_kind}) of {other_number} change the same delegation on {first_on}; they are applied in the order of their issue."
since: 0.2.0
*/
WITH issued AS MATERIALIZED (
  SELECT e.no AS no, e.instrument AS instrument_no, e.position AS position, e.kind AS kind,
         e.target AS target, e.provenance AS provenance,
         ';' || e.items || ';' AS items,
         ';' || CASE WHEN e.kind = 'extends-to' THEN e.extended_to ELSE e.delegates END || ';'
           AS delegates,
         CASE WHEN e.kind = 'withdraws' THEN coalesce(e.handover_on, e.effective_on)
              ELSE e.effective_on END AS first_on,
         ins.id AS instrument, ins.number AS number, ins.issued_on AS issued_on
  FROM as_of AS t
  CROSS JOIN effect AS e
  JOIN instrument AS ins ON ins.no = e.instrument
  WHERE ins.issued_on <= t.date
),
pair AS MATERIALIZED (
  SELECT e.no AS no, min(f.no) AS other_no
  FROM issued AS e
  JOIN issued AS f ON f.target = e.target AND f.first_on = e.first_on
  WHERE (f.issued_on < e.issued_on
         OR (f.issued_on = e.issued_on AND f.instrument_no < e.instrument_no)
         OR (f.instrument_no = e.instrument_no AND f.position < e.position))
    AND (e.delegates = ';all;' OR f.delegates = ';all;' OR EXISTS (
      SELECT 1 FROM zone AS z
      WHERE instr(e.delegates, ';' || z.id || ';') > 0 AND instr(f.delegates, ';' || z.id || ';') > 0
    ))
    AND EXISTS (
      SELECT 1 FROM instrument AS target
      JOIN item AS i ON i.instrument = target.no
      WHERE target.id = e.target
        AND (instr(e.items, ';all;') > 0 OR instr(e.items, ';' || i.id || ';') > 0
             OR instr(e.items, ';annex:' || i.annex || ';') > 0)
        AND (instr(f.items, ';all;') > 0 OR instr(f.items, ';' || i.id || ';') > 0
             OR instr(f.items, ';annex:' || i.annex || ';') > 0)
    )
  GROUP BY e.no
)
SELECT e.instrument,
       'effect' AS subject_type,
       'effect:' || e.position AS subject_id,
       CASE WHEN p.no IS NULL THEN 'ok' ELSE 'alarm' END AS status,
       NULL AS due_on,
       e.position,
       e.kind,
       e.first_on,
       f.number AS other_number,
       f.position AS other_position,
       f.kind AS other_kind,
       e.provenance
FROM issued AS e
LEFT JOIN pair AS p ON p.no = e.no
LEFT JOIN issued AS f ON f.no = p.other_no
