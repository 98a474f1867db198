-- Ledger workbooks that came back, and each cell that changed by them: history, to which rows are
-- only added.

CREATE TABLE ledger_import (
  no INTEGER PRIMARY KEY,
  imported_at TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;

-- A cell of a sheet: what it said and what it says; NULL: nothing. Where proof was moved from one
-- deliverable to another, `deliverables` has the rows that were changed by it, as JSON; `key` is
-- their number.
CREATE TABLE ledger_change (
  no INTEGER PRIMARY KEY,
  import INTEGER NOT NULL REFERENCES ledger_import (no),
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  sheet TEXT NOT NULL CHECK (
    sheet IN ('obligations', 'agreements', 'guidance', 'service', 'deliverables')
  ),
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  old TEXT,
  new TEXT
) STRICT;
CREATE INDEX ledger_change_key ON ledger_change (sheet, key);
CREATE INDEX ledger_change_import ON ledger_change (import);
