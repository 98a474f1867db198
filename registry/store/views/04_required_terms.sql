/* required_terms: terms that an agreement of an instrument has to contain: those that the instrument
   requires (basis NULL), and the recommended ones too where a law that asks for them is named. */
SELECT term.instrument AS instrument_no,
       term.term AS term,
       CASE WHEN term.required = 0 THEN law.basis END AS basis
FROM agreement_term AS term
LEFT JOIN agreement_term_basis AS law ON law.instrument = term.instrument
WHERE term.required = 1 OR law.basis IS NOT NULL
