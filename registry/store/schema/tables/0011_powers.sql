-- The legal power (权力) behind items of different instruments: what ties a later instrument's item to
-- an earlier one. A person sets it (`registry record power`); a wrong one is voided (作废), no longer
-- counts, and stays to be seen.
CREATE TABLE power (
  no INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  power_type TEXT NOT NULL,
  law TEXT,
  article TEXT,
  basic_code TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  voided_on TEXT,
  voided_why TEXT,
  voided_by TEXT
) STRICT;

-- Which items are of a power, since when and by whom. Of powers that are not voided an item has one
-- at most. A list that replaces an item leaves it its power; one that retires it ends the tie, which
-- then stands in the item's history.
CREATE TABLE item_power (
  item INTEGER NOT NULL REFERENCES item (no),
  power INTEGER NOT NULL REFERENCES power (no),
  tied_at TEXT NOT NULL,
  tied_by TEXT NOT NULL,
  PRIMARY KEY (item, power)
) STRICT;
CREATE INDEX item_power_power ON item_power (power);
