-- Where a matter is handled, and whom to ask: of a zone, and of an item in a zone. What is not recorded
-- is NULL.
CREATE TABLE zone_contact (
  zone INTEGER PRIMARY KEY REFERENCES zone (no),
  address TEXT,
  hours TEXT,
  consult_phone TEXT,
  complaint_phone TEXT,
  guide_url TEXT,
  apply_url TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

CREATE TABLE service (
  item INTEGER NOT NULL REFERENCES item (no) ON DELETE CASCADE,
  zone INTEGER NOT NULL REFERENCES zone (no),
  address TEXT,
  hours TEXT,
  consult_phone TEXT,
  complaint_phone TEXT,
  guide_url TEXT,
  apply_url TEXT,
  time_limit TEXT,
  fee TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  PRIMARY KEY (item, zone)
) STRICT;

-- What instruments give in English besides what they state in Chinese. kind: instrument (of: its id),
-- annex (INSTRUMENT:NUMBER), mode (its name), zone, department (their ids).
CREATE TABLE english_name (
  kind TEXT NOT NULL CHECK (kind IN ('instrument', 'annex', 'mode', 'zone', 'department')),
  of TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (kind, of)
) STRICT;
