-- Lists taken in after the build, and what each did to the items: history, to which rows are only
-- added.

CREATE TABLE annex_load (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL,
  annex INTEGER NOT NULL,
  loaded_at TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  FOREIGN KEY (instrument, annex) REFERENCES annex (instrument, annex)
) STRICT;

-- Where an item stands in the list that it was taken from, and in that list's own words.
CREATE TABLE item_listing (
  item INTEGER PRIMARY KEY REFERENCES item (no),
  load INTEGER NOT NULL REFERENCES annex_load (no),
  place TEXT NOT NULL,
  name TEXT NOT NULL,
  basis TEXT
) STRICT;

-- What a load did: `replaced`: the item took another row's place and kept its id; `retired`: the
-- list no longer has it, and its id is never given out again; `added`: it is new.
-- `old` is the row as it was, as JSON, with the ledger rows that ended with it.
CREATE TABLE item_change (
  load INTEGER NOT NULL REFERENCES annex_load (no),
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  item TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('replaced', 'retired', 'added')),
  old_name TEXT,
  score REAL,
  decided_by TEXT CHECK (decided_by IN ('name', 'person')),
  old TEXT,
  PRIMARY KEY (load, item)
) STRICT;
CREATE INDEX item_change_item ON item_change (instrument, item);
