-- How an agreement ends, what it renews, and when it was filed; which law asks for the terms that an
-- instrument merely recommends.

-- Ended before its time, and on what; renews: the number of the agreement that it carries on.
ALTER TABLE agreement ADD COLUMN terminated_on TEXT;
ALTER TABLE agreement ADD COLUMN termination_basis TEXT;
ALTER TABLE agreement ADD COLUMN renews TEXT;
-- Filed with the department's own legal office (备案).
ALTER TABLE agreement ADD COLUMN filed_on TEXT;
ALTER TABLE agreement ADD COLUMN dissolved_public_on TEXT;

-- From when to when it is in force, both days included; to_on NULL: no end is set. It never covers
-- what came before its signing. The same as numbers of days: other engines add no days to a text.
ALTER TABLE agreement ADD COLUMN from_on TEXT
  GENERATED ALWAYS AS (max(signed_on, coalesce(effective_on, signed_on))) VIRTUAL;
ALTER TABLE agreement ADD COLUMN to_on TEXT
  GENERATED ALWAYS AS (nullif(
    min(coalesce(expires_on, '9999-12-31'), coalesce(terminated_on, '9999-12-31')), '9999-12-31'
  )) VIRTUAL;
ALTER TABLE agreement ADD COLUMN from_day INTEGER
  GENERATED ALWAYS AS (CAST(julianday(from_on) + 0.5 AS INTEGER)) VIRTUAL;
ALTER TABLE agreement ADD COLUMN to_day INTEGER
  GENERATED ALWAYS AS (CAST(julianday(to_on) + 0.5 AS INTEGER)) VIRTUAL;

-- The law by which an instrument's recommended terms are required all the same.
CREATE TABLE agreement_term_basis (
  instrument INTEGER PRIMARY KEY REFERENCES instrument (no),
  basis TEXT NOT NULL
) STRICT;
