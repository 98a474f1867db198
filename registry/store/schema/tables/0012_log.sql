-- The log of changes: one line for each row of a record that was set or ended, and the histories of
-- lists and workbooks that stand in it alone. Triggers write it: registry/store/log.

CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'a line of the log is never changed');
END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'a line of the log is never removed');
END;

-- One row: the change that is being made. state: `closed`: none of the program's; `pending`: one
-- that has changed no record yet; `open`: its line is written. change, last_at: of the last line that
-- opened one; began_on: the day of the first.
CREATE TABLE log_state (
  state TEXT NOT NULL CHECK (state IN ('closed', 'pending', 'open')),
  change INTEGER NOT NULL,
  began_on TEXT,
  last_at TEXT,
  at TEXT,
  "by" TEXT,
  command TEXT,
  why TEXT
) STRICT;
INSERT INTO log_state (state, change) VALUES ('closed', 0);

-- What the log was at a time, for others to keep: how many lines and bytes, and their digest. body:
-- the whole text, of which the next one has the digest.
CREATE TABLE checkpoint (
  no INTEGER PRIMARY KEY,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN
  SELECT RAISE(ABORT, 'a checkpoint is never changed');
END;
CREATE TRIGGER checkpoint_is_kept BEFORE DELETE ON checkpoint BEGIN
  SELECT RAISE(ABORT, 'a checkpoint is never removed');
END;

-- The day on which a row of the ledger was entered one by one, or by a workbook; those that came with
-- the build, or before the log, are not here. kind: agreement, deliverable, guidance_request or
-- service_reduction, row: its number there.
CREATE TABLE recorded_row (
  kind TEXT NOT NULL,
  row INTEGER NOT NULL,
  recorded_on TEXT NOT NULL,
  PRIMARY KEY (kind, row)
) STRICT;

-- The file of waivers as an audit or `waive` last saw it: the waivers themselves are not stored.
CREATE TABLE waiver_file (
  path TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL
) STRICT;

-- A digest of what a run found: a run of the same data that found the same is that run.
ALTER TABLE run ADD COLUMN outcome_digest TEXT;

-- The histories of the first edition become lines: views of the same names read them.
INSERT INTO entry
SELECT 1, '{"seq":1,"change":1,"at":"' || strftime('%Y-%m-%dT%H:%M:%S', 'now') || '+00:00'
  || '","by":null,"command":"0012_log","why":null}'
WHERE EXISTS (SELECT 1 FROM item_change) OR EXISTS (SELECT 1 FROM ledger_change);
UPDATE log_state SET change = (SELECT count(*) FROM entry),
  last_at = (SELECT json_extract(body, '$.at') FROM entry),
  began_on = (SELECT substr(json_extract(body, '$.at'), 1, 10) FROM entry);

INSERT INTO entry
SELECT seq, '{"seq":' || seq || ',"table":"item_change","op":"set","row":'
  || json_array("load", instrument, item, change, old_name, score, decided_by, old) || '}'
FROM (
  SELECT row_number() OVER (ORDER BY "load", item) + (SELECT count(*) FROM entry) AS seq, *
  FROM item_change
);
INSERT INTO entry
SELECT seq, '{"seq":' || seq || ',"table":"ledger_change","op":"set","row":'
  || json_array("import", instrument, sheet, "key", field, old, new) || '}'
FROM (
  SELECT row_number() OVER (ORDER BY no) + (SELECT count(*) FROM entry) AS seq, *
  FROM ledger_change
);
DROP TABLE item_change;
DROP TABLE ledger_change;

CREATE INDEX entry_item_change ON entry (seq)
  WHERE instr(body, ',"table":"item_change","op":') > 0;
CREATE INDEX entry_ledger_change ON entry (seq)
  WHERE instr(body, ',"table":"ledger_change","op":') > 0;
