/* act_rules: what each mode of an instrument gives of each act, where a delegation is in force.
   power_type '': items of every type that no other row of the mode and act names. answer: yes, no or
   undetermined; basis: whether that is the instrument's text or a reading of it. */
SELECT ins.id AS instrument,
       r.mode AS mode,
       a.id AS act,
       a.name AS act_name,
       r.power_type AS power_type,
       r.answer AS answer,
       r.basis AS basis,
       r.clause AS clause,
       r.needs_agreement AS needs_agreement,
       r.by_agreement AS by_agreement,
       r.name_of AS name_of,
       r.seal_zh AS seal,
       r.respondent AS respondent,
       r.answered_by AS answered_by,
       r.condition_zh AS condition,
       r.contested_zh AS contested,
       r.instrument AS instrument_no
FROM act_rule AS r
JOIN act AS a ON a.id = r.act
JOIN instrument AS ins ON ins.no = r.instrument
