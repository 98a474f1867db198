-- Duties that are counted from what happens to each case (event_zh, event_en; NULL: to none);
-- entrustment without an agreement; lists that stand in an instrument's own text. SQLite can't loosen a CHECK: the table is made
-- anew under its name, so that its children find their rows again before the transaction ends.
PRAGMA defer_foreign_keys = ON;

CREATE TEMP TABLE duty_before AS SELECT * FROM duty;

DROP TABLE duty;

-- owed_by and clauses are lists joined by `;`.
CREATE TABLE duty (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  id TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  initiation TEXT,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('working', 'calendar')),
  counted_from TEXT NOT NULL CHECK (counted_from IN ('issue', 'agreement', 'case')),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  owed_by TEXT NOT NULL,
  clauses TEXT NOT NULL,
  proof TEXT NOT NULL CHECK (proof IN ('deliverable', 'agreement')),
  event_zh TEXT,
  event_en TEXT,
  UNIQUE (instrument, id),
  CHECK ((counted_from = 'case') = (event_zh IS NOT NULL)),
  CHECK ((event_zh IS NULL) = (event_en IS NULL))
) STRICT;

INSERT INTO duty SELECT *, NULL, NULL FROM duty_before;

DROP TABLE duty_before;

-- What is conferred may be exercised only under an agreement: so far wherever it was entrusted.
ALTER TABLE mode ADD COLUMN needs_agreement INTEGER NOT NULL DEFAULT 0
  CHECK (needs_agreement IN (0, 1));
UPDATE mode SET needs_agreement = entrusts;

-- Files of instruments that were loaded into a registry that lives are told from those built in.
CREATE TEMP TABLE source_file_before AS SELECT * FROM source_file;

DROP TABLE source_file;

CREATE TABLE source_file (
  path TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  encoding TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('built', 'annex', 'ledger', 'instrument'))
) STRICT;

INSERT INTO source_file SELECT * FROM source_file_before;

DROP TABLE source_file_before;

-- 1: the items stand in the instrument's text, and no annex lists them.
ALTER TABLE annex ADD COLUMN in_text INTEGER NOT NULL DEFAULT 0 CHECK (in_text IN (0, 1));
